import assert from "node:assert/strict";
import type { Backups, BackupsArgs } from "../../../components/data/backups";
import type { PlanResource } from "../../../preview/plan";
import { find, findAll, type Ran, valueOf } from "../../support/run";
import { policyOf, textOf } from "./inputs";
import { there, withRecovery } from "./recoveries";

const types = {
  vault: "aws:backup/vault:Vault",
  lock: "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
  plan: "aws:backup/plan:Plan",
  drill: "aws:backup/restoreTestingPlan:RestoreTestingPlan",
  restored: "aws:backup/restoreTestingSelection:RestoreTestingSelection",
  alarm: "aws:cloudwatch/metricAlarm:MetricAlarm",
} as const;

interface Scene extends Partial<Omit<BackupsArgs, "network" | "stores">> {
  readonly other?: boolean;
  /** Whether the servers have a replica in the other region. @default - as the backups have a vault there */
  readonly replicated?: boolean;
  /** Whether alarms are set on it. */
  readonly watched?: boolean;
}

const servers = ["postgres", "mysql"].map((key) => `arn:aws:rds:eu-west-1:210987654321:db:main-${key}`);

const server = {
  version: "17",
  machine: { vcpus: 4, memoryGiB: 32 },
  diskGiB: 500,
  highAvailability: true,
  readReplicas: 0,
  backupRetentionDays: 30,
} as const;

async function makeBackups({
  other = true,
  replicated = other,
  watched = false,
  ...args
}: Scene = {}): Promise<Ran<Backups>> {
  return await withRecovery(({ cloud, network, recovery }) => {
    const place = { ...server, network, ...(replicated && { recovery }) };
    const postgres = cloud.postgres("main-postgres", place, {});
    const mysql = cloud.mySql("main-mysql", { ...place, version: "8.4" }, {});
    const backups = cloud.backups(
      "main-backups",
      {
        network,
        stores: { postgres, mysql },
        ...(other && { recovery }),
        retentionDays: 30,
        lock: "governance",
        drill: "weekly",
        ...args,
      },
      {},
    );
    if (watched) {
      const onCall = { email: "ops@example.com", pagerDutyRoutingKey: "0123456789abcdef0123456789abcdef" };
      const pools = {
        system: { machine: { vcpus: 4, memoryGiB: 16 }, minNodes: 3, initialNodes: 3, maxNodes: 6 },
      } as const;
      const cluster = cloud.cluster("main-cluster", { network, version: "1.35", nodePools: pools }, {});
      cloud.alarms("main-alarms", { onCall, network, cluster, stores: [], backups }, {});
    }
    return backups;
  });
}

const regionOf = (resource: PlanResource): string | undefined =>
  /::main-recovery::/.test(resource.provider ?? "") ? there : "eu-west-1";

const settingsOf = (resources: readonly PlanResource[]): Readonly<Record<string, unknown>> => {
  const { inputs } = find(resources, "aws:lambda/function:Function", "main-backups-drill-watch");
  const { variables } = inputs["environment"] as { readonly variables: Readonly<Record<string, string>> };
  return JSON.parse(variables["SETTINGS"] ?? "") as Readonly<Record<string, unknown>>;
};

const overridesOf = ({ inputs }: PlanResource): Readonly<Record<string, string>> =>
  inputs["restoreMetadataOverrides"] as Readonly<Record<string, string>>;

describe("AwsBackups", () => {
  it("takes each server each day, by name, and copies what it took to the other region", async () => {
    const { resources, result } = await makeBackups();
    const { inputs } = find(resources, "aws:backup/selection:Selection", "main-backups");
    assert.deepEqual(inputs["resources"], servers);
    const [rule, ...more] = find(resources, types.plan, "main-backups").inputs["rules"] as readonly Record<
      string,
      unknown
    >[];
    assert.deepEqual(more, []);
    const { targetVaultName, ...daily } = rule ?? {};
    assert.match(String(targetVaultName), /^main-backups-[0-9a-f]{7}$/);
    const copy = await valueOf(result.vault);
    assert.match(copy, new RegExp(`^arn:aws:backup:${there}:210987654321:backup-vault:main-backups-copy-`));
    assert.deepEqual(daily, {
      ruleName: "daily",
      schedule: "cron(0 10 * * ? *)",
      startWindow: 60,
      completionWindow: 720,
      lifecycle: { deleteAfter: 30 },
      copyActions: [{ destinationVaultArn: copy, lifecycle: { deleteAfter: 30 } }],
    });
  });

  for (const [lock, changeableForDays] of [
    ["governance", undefined],
    ["compliance", 7],
  ] as const) {
    it(`locks both vaults, each under a key of its region, ${lock}`, async () => {
      const { resources } = await makeBackups({ lock });
      const vaults = findAll(resources, types.vault);
      assert.deepEqual(
        vaults.map((vault) => [vault.name, regionOf(vault), vault.inputs["forceDestroy"], vault.protect]),
        [
          ["main-backups", "eu-west-1", false, true],
          ["main-backups-copy", there, false, true],
        ],
      );
      for (const vault of vaults) {
        assert.ok(textOf(vault, "kmsKeyArn").startsWith(`arn:aws:kms:${regionOf(vault)}:`), vault.name);
        const held = find(resources, types.lock, `${vault.name}-lock`);
        assert.equal(regionOf(held), regionOf(vault));
        assert.equal(held.inputs["minRetentionDays"], 7);
        assert.equal(held.inputs["changeableForDays"], changeableForDays);
      }
    });
  }

  it("locks nothing in a stack that is not protected", async () => {
    const { resources } = await makeBackups({ protect: false, lock: "compliance" });
    assert.deepEqual(findAll(resources, types.lock), []);
    for (const vault of findAll(resources, types.vault)) {
      assert.deepEqual([vault.inputs["forceDestroy"], vault.protect], [true, false], vault.name);
    }
  });

  it("keeps to the stack's own region where there is no other", async () => {
    const { resources, result } = await makeBackups({ other: false });
    assert.deepEqual(
      findAll(resources, types.vault).map(({ name }) => name),
      ["main-backups"],
    );
    assert.match(await valueOf(result.vault), /^arn:aws:backup:eu-west-1:/);
    assert.equal(regionOf(find(resources, types.drill)), "eu-west-1");
  });

  for (const [drill, cron] of [
    ["weekly", "cron(0 14 ? * MON *)"],
    ["monthly", "cron(0 14 1 * ? *)"],
  ] as const) {
    it(`restores the newest copy, where the copy is, ${drill}`, async () => {
      const { resources, result } = await makeBackups({ drill });
      const plan = find(resources, types.drill);
      assert.equal(regionOf(plan), there);
      assert.match(textOf(plan, "name"), /^[a-z0-9_]{1,50}$/);
      assert.equal(plan.inputs["scheduleExpression"], cron);
      assert.deepEqual(plan.inputs["recoveryPointSelection"], {
        algorithm: "LATEST_WITHIN_WINDOW",
        includeVaults: [await valueOf(result.vault)],
        recoveryPointTypes: ["SNAPSHOT"],
        selectionWindowDays: 2,
      });
    });
  }

  it("restores into servers that stand among the stores there, in one zone, and that nobody reaches", async () => {
    const { resources } = await makeBackups();
    const subnets = find(resources, "aws:rds/subnetGroup:SubnetGroup", "main-backups-drill");
    assert.equal(regionOf(subnets), there);
    const selections = findAll(resources, types.restored);
    assert.deepEqual(
      selections.map(({ inputs }) => [inputs["name"], inputs["protectedResourceArns"]]).sort(),
      [
        ["main_backups_drill_mysql", servers.slice(1)],
        ["main_backups_drill_postgres", servers.slice(0, 1)],
      ],
    );
    for (const selection of selections) {
      assert.equal(selection.inputs["protectedResourceType"], "RDS");
      assert.equal(selection.inputs["validationWindowHours"], 8);
      const overrides = overridesOf(selection);
      assert.deepEqual([overrides["multiAz"], overrides["publiclyAccessible"]], ["false", "false"]);
      assert.match(overrides["dbSubnetGroupName"] ?? "", /^main-backups-drill-/);
      const [group] = JSON.parse(overrides["vpcSecurityGroupIds"] ?? "") as readonly string[];
      assert.match(group ?? "", /^sg-/);
    }
    const closed = find(resources, "aws:ec2/securityGroup:SecurityGroup", "main-backups-drill");
    assert.deepEqual([closed.inputs["ingress"], closed.inputs["egress"]], [undefined, undefined]);
    const rules = resources.filter(
      ({ type, propertyDependencies }) =>
        type.startsWith("aws:vpc/") && propertyDependencies["securityGroupId"]?.includes(closed.urn),
    );
    assert.deepEqual(rules, []);
  });

  for (const [other, where, groups] of [
    [true, there, "-recovery"],
    [false, "eu-west-1", ""],
  ] as const) {
    it(`restores with the parameters and options of ${where}, and looks for them`, async () => {
      const { resources } = await makeBackups({ other });
      const expected = {
        "main-backups-drill-postgres": [`main-postgres${groups}-17`],
        "main-backups-drill-mysql": [`main-mysql${groups}-8-4`, `main-mysql${groups}-8-4`],
      };
      for (const [name, [parameters = "", options]] of Object.entries(expected)) {
        const selection = find(resources, types.restored, name);
        const { dbParameterGroupName, optionGroupName } = overridesOf(selection);
        assert.match(dbParameterGroupName ?? "", new RegExp(`^${parameters}-[0-9a-f]{7}$`));
        const made = find(resources, "aws:rds/parameterGroup:ParameterGroup", parameters);
        assert.equal(regionOf(made), where);
        const optionGroups = findAll(resources, "aws:rds/optionGroup:OptionGroup").filter(
          (one) => one.name === options,
        );
        assert.deepEqual(optionGroups.map(regionOf), options === undefined ? [] : [where]);
        if (options === undefined) assert.equal(optionGroupName, undefined);
        else assert.match(optionGroupName ?? "", new RegExp(`^${options}-[0-9a-f]{7}$`));
        const [source] = selection.inputs["protectedResourceArns"] as readonly string[];
        const { groups: looked } = settingsOf(resources) as { readonly groups: readonly object[] };
        assert.deepEqual(
          looked.filter((one) => "source" in one && one.source === source),
          [
            {
              source,
              parameterGroup: dbParameterGroupName,
              ...(optionGroupName && { optionGroup: optionGroupName }),
            },
          ],
        );
      }
    });
  }

  it("refuses to restore a server where it has no parameters", async () => {
    await assert.rejects(
      makeBackups({ replicated: false }),
      /backups: expected a store with parameters in eu-central-1, got one with those of eu-west-1/,
    );
  });

  it("waits for its roles' permissions, which are those of AWS Backup and the vaults' keys", async () => {
    const { resources } = await makeBackups();
    for (const [dependent, role, policy, regions] of [
      ["aws:backup/selection:Selection", "main-backups-role", "Backup", ["eu-west-1", there]],
      [types.restored, "main-backups-drill-role", "Restores", [there]],
    ] as const) {
      const [waits] = findAll(resources, dependent);
      const attached = find(
        resources,
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        `${role}-service`,
      );
      assert.ok(waits?.dependencies.includes(attached.urn), role);
      assert.match(textOf(attached, "policyArn"), new RegExp(`AWSBackupServiceRolePolicyFor${policy}$`));
      const own = find(resources, "aws:iam/rolePolicy:RolePolicy", `${role}-policy`);
      const [{ Resource: keys } = { Resource: [] }] = policyOf(own).Statement;
      assert.deepEqual(
        [keys].flat().map((key) => String(key).split(":")[3]),
        regions,
      );
    }
  });

  it("looks each hour at the vault that counts, and may change nothing but the result of a test", async () => {
    const { resources } = await makeBackups();
    const looks = find(resources, "aws:lambda/function:Function", "main-backups-drill-watch");
    assert.equal(regionOf(looks), there);
    const { vault, planArn, groups, ...settings } = settingsOf(resources);
    assert.equal((groups as readonly object[]).length, 2);
    assert.match(String(vault), /^main-backups-copy-/);
    assert.match(String(planArn), new RegExp(`^arn:aws:backup:${there}:.*:restore-testing-plan:`));
    assert.deepEqual(settings, {
      sources: servers,
      backupWithinHours: 30,
      retentionDays: 30,
      namespace: "Groundwork/Backups",
      stack: "main-backups",
      drillWithinDays: 8,
      waitHours: 7,
    });
    const hourly = find(resources, "aws:cloudwatch/eventRule:EventRule", "main-backups-drill-watch");
    assert.equal(hourly.inputs["scheduleExpression"], "rate(1 hour)");
    const statements = policyOf(
      find(resources, "aws:iam/rolePolicy:RolePolicy", "main-backups-drill-watch-role-policy"),
    ).Statement.slice(0, 4);
    assert.deepEqual(
      statements.flatMap(({ Action }) => Action),
      [
        "backup:DescribeBackupVault",
        "backup:ListRecoveryPointsByBackupVault",
        "backup:ListRestoreJobs",
        "backup:PutRestoreValidationResult",
        "rds:DescribeDBInstances",
        "cloudwatch:PutMetricData",
      ],
    );
    assert.equal(
      statements[2]?.["Resource"],
      `arn:aws:rds:${there}:210987654321:db:awsbackup-restore-test-*`,
    );
  });

  it("restores nothing where nobody asks for it, and looks at the vault all the same", async () => {
    const { resources } = await makeBackups({ drill: "never" });
    assert.deepEqual([...findAll(resources, types.drill), ...findAll(resources, types.restored)], []);
    const { planArn, drillWithinDays } = settingsOf(resources);
    assert.deepEqual([planArn, drillWithinDays], [undefined, undefined]);
  });

  for (const [drill, alarms] of [
    ["weekly", ["drill-failed", "drill-overdue", "vault-overdue"]],
    ["never", ["vault-overdue"]],
  ] as const) {
    it(`tells the on-call of ${alarms.join(", ")} from the vault's region, with drills ${drill}`, async () => {
      const { resources } = await makeBackups({ drill, watched: true });
      const own = findAll(resources, types.alarm).filter(({ name }) => /-(vault|drill)-/.test(name));
      assert.deepEqual(own.map(({ name }) => name.replace(/^main-alarms-.*warning-/, "")).sort(), alarms);
      for (const alarm of own) {
        assert.equal(regionOf(alarm), there, alarm.name);
        const relay = find(resources, "groundwork:aws:AlarmRelay");
        assert.ok(alarm.parent === relay.urn && alarm.name.startsWith(`${relay.name}-`), alarm.name);
        const [query] = alarm.inputs["metricQueries"] as unknown as readonly [
          { readonly metric: Readonly<Record<string, unknown>> },
        ];
        assert.deepEqual(
          [query.metric["namespace"], query.metric["period"], query.metric["dimensions"]],
          ["Groundwork/Backups", 3600, { Stack: "main-backups" }],
        );
        assert.equal(alarm.inputs["evaluationPeriods"], 2);
        const silence = alarm.name.endsWith("vault-overdue") ? "breaching" : "notBreaching";
        assert.equal(alarm.inputs["treatMissingData"], silence);
      }
    });
  }

  for (const days of [0, 36, 1.5]) {
    it(`refuses to keep backups for ${days} days`, async () => {
      await assert.rejects(
        makeBackups({ retentionDays: days }),
        /backups\.retentionDays: expected a whole number from 1 to 35/,
      );
    });
  }

  it("refuses a store that AWS Backup does not know", async () => {
    await assert.rejects(
      withRecovery(({ cloud, network }) => {
        const bucket = cloud.bucket("main", { archiveAfterDays: 90, noncurrentRetentionDays: 30 }, {});
        const own = { retentionDays: 30, lock: "governance", drill: "never" } as const;
        return cloud.backups("main-backups", { ...own, network, stores: { bucket } }, {});
      }),
      /backups: expected a store that AWS Backup knows, got a AwsBucket/,
    );
  });
});
