import assert from "node:assert/strict";
import { blueprintNames } from "../blueprints/names";
import { type Cloud, clouds, environments } from "../components/cloud";
import type { PlanResource } from "../preview/plan";
import { overlapProblems } from "../config/containerChecks";
import type { WorkloadSpec } from "../components/workload/spec";
import { judge } from "../preview/policy";
import { type ProgramRun, runStack } from "../preview/program";
import { readStack } from "../preview/stack";
import { withoutApi } from "./support/gcpApis";
import { checkNames } from "./support/nameLimits";
import { plainSecrets } from "./support/plainSecrets";
import { find, findAll } from "./support/run";
import { keepPlan, planOf } from "./support/plans";
import { waitsFor } from "./support/waitsFor";

const root = `${__dirname}/..`;

/** What a stack of explico says to run without a cluster; of GCP's regions some have GPUs for Cloud Run. */
function settings(cloud: Cloud): readonly string[] {
  return [
    `cloud=${cloud}`,
    "blueprint=explico",
    "orchestrator=containers",
    ...(cloud === "gcp" ? ["gcp.region=us-central1", "gcp.zones=[a, b, c]"] : []),
  ];
}

async function runOn(stack: string, cloud: Cloud, outputs: "known" | "unknown"): Promise<ProgramRun> {
  return await runStack(readStack({ root, stack, set: [...settings(cloud)] }), {
    root,
    outputs,
    echo: false,
  });
}

const service = { aws: "aws:ecs/service:Service", gcp: "gcp:cloudrunv2/service:Service" } as const;

const rule = "aws:cloudwatch/eventRule:EventRule";

/** What runs a migration and ends with it. */
const migration = { aws: "aws:lambda/invocation:Invocation", gcp: "gcp:cloudrunv2/job:Job" } as const;

describe("explico without a cluster", () => {
  for (const cloud of clouds) {
    for (const stack of environments) {
      describe(`in ${stack} on ${cloud}`, () => {
        let run: ProgramRun;
        let first: ProgramRun;
        before(async () => {
          run = await runOn(stack, cloud, "known");
          keepPlan(run.resources, stack, ...settings(cloud));
          first = await runOn(stack, cloud, "unknown");
        });

        it("makes no Kubernetes, and each service on the cloud's own service for containers", () => {
          const kubernetes = run.resources.filter(({ type }) =>
            /^(kubernetes:|eks:|aws:eks|gcp:container\/)/.test(type),
          );
          assert.deepEqual(
            kubernetes.map(({ urn }) => urn),
            [],
          );
          const names = findAll(run.resources, service[cloud]).map(({ name }) =>
            name.replace(`explico-${stack}-system-`, ""),
          );
          assert.deepEqual([...names].sort(), ["ai-inference", "backend", "frontend"]);
        });

        it("registers the same resources in a first preview as in an update, each with a URN of its own", () => {
          assert.deepEqual(
            first.resources.map(({ urn }) => urn),
            run.resources.map(({ urn }) => urn),
          );
          assert.equal(new Set(run.resources.map(({ urn }) => urn)).size, run.resources.length);
        });

        it("breaks no mandatory policy, in a first preview as in an update", () => {
          for (const { resources } of [run, first]) {
            const { violations, evaluated } = judge(resources, { environment: stack });
            assert.deepEqual(
              violations.filter(({ level }) => level === "mandatory"),
              [],
            );
            assert.ok(evaluated > 300, `only ${evaluated} checks`);
          }
        });

        it("gives every resource an explicit provider, a name within its limits and its parent's at the front", () => {
          const byUrn = new Map(run.resources.map((resource) => [resource.urn, resource]));
          for (const { custom, type, provider, urn, name, parent } of run.resources) {
            if (type.startsWith("pulumi:")) continue;
            const own = `pulumi:providers:${type.split(":")[0] ?? ""}::`;
            if (custom) assert.ok((provider ?? "").includes(own), urn);
            const above = parent === null ? undefined : byUrn.get(parent);
            if (above !== undefined && above.type !== "pulumi:pulumi:Stack") {
              assert.ok(name.startsWith(above.name), `${urn} under ${above.name}`);
            }
          }
          const { tooLong, unknown, checked } = checkNames(run.resources);
          assert.deepEqual(tooLong, []);
          assert.deepEqual(unknown, []);
          assert.ok(checked > 10);
        });

        it("runs a service's migration before the service, and no tasks of others", () => {
          const migrations = findAll(run.resources, migration[cloud]);
          assert.ok(migrations.length > 0);
          for (const one of migrations) assert.match(one.name, /-system-backend-(migration|de)/);
          const backend = find(run.resources, service[cloud], `explico-${stack}-system-backend`);
          const before = migrations.filter(({ urn }) =>
            waitsFor(run.resources, backend, (one) => one === urn),
          );
          assert.deepEqual(
            before.map(({ name }) => name),
            migrations.map(({ name }) => name).filter((name) => name.includes("-migration")),
          );
        });

        it("shows no secret anywhere", () => {
          const { secrets, found } = plainSecrets(run);
          // dev has no edge, nobody who is paged, and no password anywhere
          assert.ok(stack === "dev" || secrets > 0);
          assert.deepEqual(found, []);
        });

        if (cloud === "gcp") {
          it("calls no API of the project before it is on", () => {
            const { checked, early } = withoutApi(run.resources);
            assert.deepEqual(early, []);
            assert.ok(checked > 50, `only ${checked} resources`);
          });
        }
      });
    }

    it(`starts who is called before those that call, on ${cloud}`, async () => {
      const resources = await planOf("prod", ...settings(cloud));
      const of = (name: string): PlanResource =>
        find(resources, service[cloud], `explico-prod-system-${name}`);
      const waits = (one: string, other: string): boolean =>
        waitsFor(resources, of(one), (urn) => urn === of(other).urn);
      assert.ok(waits("frontend", "backend"));
      assert.ok(waits("backend", "ai-inference"));
      assert.ok(!waits("ai-inference", "backend"));
    });

    it(`tells the on-call of answers that fail or are late and of what does not stay up, for each service, on ${cloud}`, async () => {
      const resources = await planOf("prod", ...settings(cloud));
      const type = {
        aws: "aws:cloudwatch/metricAlarm:MetricAlarm",
        gcp: "gcp:monitoring/alertPolicy:AlertPolicy",
      };
      const names = findAll(resources, type[cloud]).map(({ name }) => name);
      for (const one of ["frontend", "backend", "ai-inference"]) {
        for (const what of ["errors", "latency", "tasks"]) {
          const found = names.filter((name) => new RegExp(`-container-${what}-${one}$`).test(name));
          assert.equal(found.length, 1, `${what} of ${one}`);
        }
      }
      for (const what of ["failed", "missed"]) {
        const told = { aws: [...names, ...findAll(resources, rule).map(({ name }) => name)], gcp: names }[
          cloud
        ];
        assert.equal(told.filter((name) => name.endsWith(`-warning-container-jobs-${what}`)).length, 1, what);
      }
      // what a cluster would be watched by
      assert.ok(!names.some((name) => name.includes("-cluster-")));
    });

    it(`keeps the network, the stores and the zone where a stack goes from one way to the other, on ${cloud}`, async () => {
      const containers = await planOf("prod", ...settings(cloud));
      const set = settings(cloud).filter((one) => !one.startsWith("orchestrator="));
      const kubernetes = new Set((await planOf("prod", ...set)).map(({ urn }) => urn));
      const kept = /::explico-prod-(network|postgres|redis|bucket|zone|registry|backups|recovery|audit)(-|$)/;
      const stateful = containers.filter(({ urn }) => kept.test(urn));
      assert.ok(stateful.length > 50, `only ${stateful.length}`);
      // a cluster alone lets pods in by these
      const grants = /-grant|-system-/;
      assert.deepEqual(
        stateful.filter(({ urn }) => !kubernetes.has(urn) && !grants.test(urn)).map(({ urn }) => urn),
        [],
      );
    });
  }
});

describe("what a stack says of its orchestrator", () => {
  const refused = async (...set: readonly string[]): Promise<string> => {
    try {
      await runStack(readStack({ root, stack: "prod", set: [...set] }), {
        root,
        outputs: "known",
        echo: false,
      });
      return "nothing";
    } catch (error) {
      return String(error);
    }
  };

  for (const blueprint of blueprintNames.filter((name) => name !== "explico")) {
    it(`refuses ${blueprint}, whose services ask for what Kubernetes alone has`, async () => {
      const message = await refused("cloud=aws", `blueprint=${blueprint}`, "orchestrator=containers");
      assert.match(message, /groundwork:orchestrator: expected "kubernetes" where .+, got "containers"/);
    });
  }

  it("refuses files that a ConfigMap would hold, naming whose they are", async () => {
    const message = await refused("cloud=aws", "blueprint=publishing", "orchestrator=containers");
    assert.match(
      message,
      /where services\.media-worker\.configFiles is as it is, as they are mounted of a ConfigMap/,
    );
  });

  it("refuses what is asked of a cluster where there is none", async () => {
    const message = await refused(...settings("aws"), "platform.velero={}");
    assert.match(
      message,
      /groundwork:platform\.velero: expected no key where groundwork:orchestrator is containers/,
    );
  });

  it("refuses GPUs in a region where Cloud Run has none", async () => {
    const message = await refused("cloud=gcp", "blueprint=explico", "orchestrator=containers");
    assert.match(message, /groundwork:gcp\.region: expected one of .*us-central1.* got "us-east1"/);
  });

  it("refuses what may still run when its next run begins, with all the tries that the cloud gives it", () => {
    const cronJobs = { one: { schedule: "0 * * * *", command: ["one"], timeoutSeconds: 1650 } };
    const spec: WorkloadSpec = {
      image: { repository: "acme/one", tag: "1.0.0" },
      port: 8080,
      replicas: 2,
      resources: { cpu: "250m", memory: "256Mi" },
      cronJobs,
    };
    // 300 seconds late, and once or three times 1650
    assert.deepEqual(overlapProblems("one", spec, "aws"), []);
    assert.deepEqual(overlapProblems("one", spec, "gcp"), [
      ["cronJobs.one", "a run may go on for 5250 seconds, and the next begins after 3600"],
    ]);
    const once = { ...spec, cronJobs: { one: { ...cronJobs.one, retries: 1 } } };
    assert.deepEqual(overlapProblems("one", once, "gcp"), []);
    const often = { ...spec, cronJobs: { one: { ...cronJobs.one, schedule: "*/30 * * * *" } } };
    assert.deepEqual(overlapProblems("one", often, "aws"), [
      ["cronJobs.one", "a run may go on for 1950 seconds, and the next begins after 1800"],
    ]);
  });

  it("refuses a word that names none", async () => {
    const message = await refused("cloud=aws", "blueprint=explico", "orchestrator=nomad");
    assert.match(message, /groundwork:orchestrator: expected one of kubernetes, containers/);
  });
});
