import assert from "node:assert/strict";
import type { Backups, BackupsArgs } from "../../../components/data/backups";
import type { PlanResource } from "../../../preview/plan";
import { drillSteps, saveSteps } from "../../../providers/gcp/backupSteps";
import { find, findAll, type Ran, run, valueOf } from "../../support/run";
import { gcpProvider } from "../../../providers/gcp";
import { networkArgs, onGcp, otherRegion, place, postgresArgs, redisArgs, textOf } from "./stack";

const types = {
  bucket: "gcp:storage/bucket:Bucket",
  workflow: "gcp:workflows/workflow:Workflow",
  job: "gcp:cloudscheduler/job:Job",
  policy: "gcp:monitoring/alertPolicy:AlertPolicy",
} as const;

interface Scene extends Partial<Omit<BackupsArgs, "network" | "stores">> {
  readonly other?: boolean;
}

async function makeBackups({ other = true, ...args }: Scene = {}): Promise<Ran<Backups>> {
  return await onGcp((cloud) => {
    const network = cloud.network("main-network", networkArgs, {});
    const postgres = cloud.postgres("main-postgres", { ...postgresArgs, network }, {});
    return cloud.backups(
      "main-backups",
      {
        network,
        stores: { postgres },
        ...(other && { recovery: otherRegion(cloud, network) }),
        retentionDays: 30,
        lock: "governance",
        drill: "weekly",
        ...args,
      },
      {},
    );
  });
}

const ofWorkflow = (resource: PlanResource): unknown => JSON.parse(textOf(resource.inputs["sourceContents"]));

/** Name of the stack's server, as what is made of it has it. */
function serverOf(resources: readonly PlanResource[]): string {
  return textOf(find(resources, "gcp:sql/database:Database").inputs["instance"]);
}

/** Roles that a workflow's account has in the project, with what each permits. */
function rolesOf(resources: readonly PlanResource[], workflow: string): Readonly<Record<string, unknown>> {
  const account = `serviceAccount:${workflow}@example-prod.iam.gserviceaccount.com`;
  const permitted = new Map(
    findAll(resources, "gcp:projects/iAMCustomRole:IAMCustomRole").map(({ inputs }) => [
      `projects/example-prod/roles/${textOf(inputs["roleId"])}`,
      inputs["permissions"],
    ]),
  );
  return Object.fromEntries(
    findAll(resources, "gcp:projects/iAMMember:IAMMember")
      .filter(({ inputs }) => inputs["member"] === account)
      .map(({ inputs }) => {
        const role = textOf(inputs["role"]);
        const { expression } = (inputs["condition"] ?? {}) as { readonly expression?: string };
        return [expression ?? "", permitted.get(role) ?? role];
      }),
  );
}

describe("GcpBackups", () => {
  it("exports into a bucket of the other region, under a key there, that is closed to the public", async () => {
    const { resources, result } = await makeBackups();
    const bucket = find(resources, types.bucket, "main-backups");
    const { encryption, ...inputs } = bucket.inputs;
    assert.match(JSON.stringify(encryption), /\/locations\/us-west1\/keyRings\/main-backups-key-/);
    assert.equal(inputs["location"], "us-west1");
    assert.equal(inputs["publicAccessPrevention"], "enforced");
    assert.equal(inputs["uniformBucketLevelAccess"], true);
    assert.match(await valueOf(result.vault), /^gs:\/\/main-backups-/);
  });

  it("stays in the stack's own region where there is no other", async () => {
    const { resources } = await makeBackups({ other: false });
    assert.equal(find(resources, types.bucket, "main-backups").inputs["location"], "us-east1");
  });

  for (const [lock, isLocked] of [
    ["governance", false],
    ["compliance", true],
  ] as const) {
    it(`lets nobody delete an export for as long as it is kept, ${lock}`, async () => {
      const { resources } = await makeBackups({ lock });
      const bucket = find(resources, types.bucket, "main-backups");
      assert.deepEqual(bucket.inputs["retentionPolicy"], { retentionPeriod: String(30 * 86_400), isLocked });
      assert.deepEqual(bucket.inputs["lifecycleRules"], [
        { action: { type: "Delete" }, condition: { age: 30 } },
      ]);
      assert.equal(bucket.inputs["forceDestroy"], false);
      assert.equal(bucket.protect, true);
    });
  }

  it("locks nothing in a stack that is not protected", async () => {
    const { resources } = await makeBackups({ protect: false, lock: "compliance" });
    const bucket = find(resources, types.bucket, "main-backups");
    assert.equal(bucket.inputs["retentionPolicy"], undefined);
    assert.equal(bucket.inputs["forceDestroy"], true);
    assert.equal(bucket.protect, false);
  });

  it("lets the server write there, and no other", async () => {
    const { resources } = await makeBackups();
    const members = findAll(resources, "gcp:storage/bucketIAMMember:BucketIAMMember");
    assert.deepEqual(
      members.map(({ name, inputs }) => [name, inputs["role"]]),
      [["main-backups-save-postgres", "roles/storage.objectUser"]],
    );
    const server = find(resources, "gcp:sql/databaseInstance:DatabaseInstance", "main-postgres");
    assert.ok(
      members.every(({ propertyDependencies }) => propertyDependencies["member"]?.includes(server.urn)),
    );
  });

  it("runs the tested steps on the stack's servers, by the clock", async () => {
    const { resources, result } = await makeBackups();
    const bucket = (await valueOf(result.vault)).replace("gs://", "");
    const names = { projectId: "example-prod", instances: [serverOf(resources)] };
    assert.deepEqual(
      ofWorkflow(find(resources, types.workflow, "main-backups-save")),
      saveSteps({ ...names, bucket }),
    );
    assert.deepEqual(
      ofWorkflow(find(resources, types.workflow, "main-backups-drill")),
      drillSteps({ ...names, scratch: "main-backups-drill" }),
    );
    assert.deepEqual(
      Object.fromEntries(findAll(resources, types.job).map(({ name, inputs }) => [name, inputs["schedule"]])),
      {
        "main-backups-save": "0 10 * * *",
        "main-backups-drill": "0 14 * * 1",
        "main-backups-watch": "30 */6 * * *",
      },
    );
  });

  it("awaits exports within 30 hours and drills within days, of its own workflows", async () => {
    for (const [drill, hours, cron] of [
      ["weekly", 8 * 24, "0 14 * * 1"],
      ["monthly", 33 * 24, "0 14 1 * *"],
    ] as const) {
      const { resources } = await makeBackups({ drill });
      const text = textOf(find(resources, types.workflow, "main-backups-watch").inputs["sourceContents"]);
      assert.match(text, /workflows\/main-backups-save-[0-9a-f]{7}\/executions/);
      assert.match(text, /workflows\/main-backups-drill-[0-9a-f]{7}\/executions/);
      assert.deepEqual(
        [...text.matchAll(/parse\(last\) > (\d+)/g)].map(([, seconds]) => Number(seconds) / 3600),
        [30, hours],
      );
      assert.equal(find(resources, types.job, "main-backups-drill").inputs["schedule"], cron);
    }
  });

  it("exports its own servers alone, and makes and removes scratch servers alone", async () => {
    const { resources } = await makeBackups();
    const instance = `projects/example-prod/instances/${serverOf(resources)}`;
    const look = ["cloudsql.databases.list", "cloudsql.instances.get", "logging.logEntries.create"];
    const start = "roles/workflows.invoker";
    const save = rolesOf(resources, "main-backups-save");
    assert.deepEqual(save[`resource.name == "${instance}" || resource.name.startsWith("${instance}/")`], [
      "cloudsql.instances.export",
    ]);
    const scratch = 'resource.name.startsWith("projects/example-prod/instances/main-backups-drill-")';
    const drill = rolesOf(resources, "main-backups-drill");
    assert.deepEqual(drill[scratch], [
      "cloudsql.instances.create",
      "cloudsql.instances.delete",
      "cloudsql.instances.restoreBackup",
    ]);
    for (const [workflow, more] of [
      ["main-backups-save", []],
      ["main-backups-drill", ["cloudsql.backupRuns.get", "cloudsql.backupRuns.list"]],
    ] as const) {
      const members = findAll(resources, "gcp:projects/iAMMember:IAMMember").filter(({ inputs }) =>
        textOf(inputs["member"]).startsWith(`serviceAccount:${workflow}@`),
      );
      assert.equal(members.length, 3);
      assert.ok(members.some(({ inputs }) => inputs["role"] === start));
      const role = find(resources, "gcp:projects/iAMCustomRole:IAMCustomRole", workflow);
      assert.deepEqual(role.inputs["permissions"], [...look, ...more]);
    }
  });

  it("rehearses nothing where nobody asks for it, and looks at exports all the same", async () => {
    const { resources } = await makeBackups({ drill: "never" });
    assert.deepEqual(
      findAll(resources, types.workflow)
        .map(({ name }) => name)
        .sort(),
      ["main-backups-save", "main-backups-watch"],
    );
  });

  for (const [drill, alarms] of [
    ["weekly", ["drill-failed", "drill-overdue", "vault-overdue", "vault-unwatched"]],
    ["never", ["vault-overdue", "vault-unwatched"]],
  ] as const) {
    it(`tells the on-call of ${alarms.join(", ")}, with drills ${drill}`, async () => {
      const { resources } = await makeWatched(drill);
      const policies = findAll(resources, types.policy).filter(({ name }) => /-(vault|drill)-/.test(name));
      assert.deepEqual(policies.map(({ name }) => name.replace("main-alarms-warning-", "")).sort(), alarms);
      for (const { name, inputs } of policies) {
        const [condition] = inputs["conditions"] as readonly Record<string, { readonly filter: string }>[];
        const { filter = "" } = condition?.["conditionMatchedLog"] ??
          condition?.["conditionAbsent"] ??
          condition?.["conditionThreshold"] ?? { filter: "" };
        const which = name.endsWith("drill-failed") ? "drill" : "watch";
        assert.match(filter, new RegExp(`workflow_id="main-backups-${which}-[0-9a-f]{7}"`), name);
        const says = /(vault|drill)-overdue$/.exec(name)?.[0];
        if (says !== undefined) assert.ok(filter.endsWith(`textPayload="${says}"`), name);
      }
    });
  }

  it("takes two looks that were missed for silence", async () => {
    const { resources } = await makeWatched("weekly");
    const policy = find(resources, types.policy, "main-alarms-warning-vault-unwatched");
    const [{ conditionAbsent }] = policy.inputs["conditions"] as unknown as readonly [
      { readonly conditionAbsent: { readonly duration: string } },
    ];
    assert.equal(conditionAbsent.duration, `${13 * 3600}s`);
  });

  for (const days of [0, 36, 1.5]) {
    it(`refuses to keep backups for ${days} days`, async () => {
      await assert.rejects(
        makeBackups({ retentionDays: days }),
        /backups\.retentionDays: expected a whole number from 1 to 35/,
      );
    });
  }

  it("refuses a store that Cloud SQL does not have", async () => {
    await assert.rejects(
      onGcp((cloud) => {
        const network = cloud.network("main-network", networkArgs, {});
        const redis = cloud.redis("main-redis", { ...redisArgs, network }, {});
        const own = { retentionDays: 30, lock: "governance", drill: "never" } as const;
        return cloud.backups("main-backups", { ...own, network, stores: { redis } }, {});
      }),
      /backups: expected a server of Cloud SQL, got a GcpRedis/,
    );
  });
});

/** Backups, and alarms on them. */
async function makeWatched(drill: BackupsArgs["drill"]): Promise<Ran<unknown>> {
  return await run(() => {
    const cloud = gcpProvider("main", place, {});
    const network = cloud.network("main-network", networkArgs, {});
    const postgres = cloud.postgres("main-postgres", { ...postgresArgs, network }, {});
    const backups = cloud.backups(
      "main-backups",
      { network, stores: { postgres }, retentionDays: 30, lock: "governance", drill },
      {},
    );
    const cluster = cloud.cluster(
      "main-cluster",
      {
        network,
        version: "1.35",
        nodePools: {
          system: { machine: { vcpus: 4, memoryGiB: 16 }, minNodes: 3, initialNodes: 3, maxNodes: 6 },
        },
      },
      {},
    );
    const onCall = { email: "ops@example.com", pagerDutyRoutingKey: "0123456789abcdef0123456789abcdef" };
    return cloud.alarms("main-alarms", { onCall, network, cluster, stores: [], backups }, {});
  });
}
