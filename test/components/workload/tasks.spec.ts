import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { planPeers, planQuota, planWorkload } from "../../../components/workload/plan";
import type { WorkloadSpec } from "../../../components/workload/spec";
import { oldestSeconds, taskAlerts } from "../../../components/workload/taskAlerts";
import { Workload, type WorkloadArgs } from "../../../components/workload/workload";
import type { PlanResource } from "../../../preview/plan";
import { find, findAll, run } from "../../support/run";
import { at } from "../traffic/scene";

const alone: WorkloadSpec = {
  image: { repository: "ghcr.io/acme/api", tag: "1.2.3" },
  runtime: "node",
  port: 3000,
  replicas: { min: 3, max: 12 },
  resources: { cpu: "500m", memory: "512Mi" },
  env: { MODE: "orders" },
  priority: "critical",
};
const spec: WorkloadSpec = {
  ...alone,
  migration: { command: ["node", "dist/migrate.js"] },
  cronJobs: {
    settle: {
      schedule: "30 0 * * *",
      timeZone: "Asia/Kolkata",
      command: ["node"],
      args: ["dist/settle.js"],
      resources: { cpu: "100m", memory: "256Mi" },
      timeoutSeconds: 600,
      retries: 1,
    },
  },
};
const types = {
  cronJob: "kubernetes:batch/v1:CronJob",
  deployment: "kubernetes:apps/v1:Deployment",
  job: "kubernetes:batch/v1:Job",
  policy: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
} as const;
const store = { cidrs: ["10.0.8.0/24"], ports: [5432] };

async function made(overrides: Partial<WorkloadArgs> = {}): Promise<readonly PlanResource[]> {
  const { resources } = await run(
    () =>
      new Workload(
        "shop-api",
        {
          service: "api",
          spec,
          system: "shop",
          namespace: "shop",
          connections: { PGHOST: "db", PGPASSWORD: { secretName: "shop-db", key: "password" } },
          stores: [store],
          peers: { callers: ["web"], taskCallers: ["web"], callees: { ledger: 8080 } },
          ...overrides,
        },
        { provider: new k8s.Provider("main", { kubeconfig: "{}" }) },
      ),
  );
  return resources;
}

const jobPod = ["spec", "template"] as const;
const cronPod = ["spec", "jobTemplate", "spec", "template"] as const;

describe("A migration", () => {
  it("is done before any new pod: what keeps the pods waits for it, and so do the tasks at certain times", async () => {
    const resources = await made();
    const { urn, customTimeouts, replaceOnChanges, deleteBeforeReplace } = find(resources, types.job);
    for (const type of [types.deployment, types.cronJob]) {
      assert.ok(find(resources, type).dependencies.includes(urn), type);
    }
    // no longer than a Job may take, and its pod to start
    assert.deepEqual(customTimeouts, { create: "1200s" });
    assert.deepEqual(
      { replaceOnChanges, deleteBeforeReplace },
      { replaceOnChanges: ["spec"], deleteBeforeReplace: true },
    );
  });

  it("waits for what it needs: its traffic rules", async () => {
    const resources = await made();
    const { dependencies } = find(resources, types.job);
    for (const { urn } of findAll(resources, types.policy)) assert.ok(dependencies.includes(urn), urn);
  });

  it("ends within its time, is tried again, and is made anew by an update after it failed", async () => {
    const job = find(await made(), types.job);
    assert.deepEqual(
      [
        at(job, "spec", "activeDeadlineSeconds"),
        at(job, "spec", "backoffLimit"),
        at(job, ...jobPod, "spec", "restartPolicy"),
      ],
      [900, 2, "Never"],
    );
    assert.deepEqual(at(job, "metadata", "annotations"), { "pulumi.com/replaceUnready": "true" });
    assert.deepEqual(at(job, "spec", "podFailurePolicy"), {
      rules: [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget" }] }],
    });
    assert.equal(at(job, "spec", "ttlSecondsAfterFinished"), undefined);
  });

  const changes: Readonly<Record<string, Partial<WorkloadSpec>>> = {
    tag: { image: { repository: "ghcr.io/acme/api", tag: "1.2.4" } },
    digest: { image: { ...spec.image, digest: `sha256:${"0".repeat(64)}` } },
    command: { migration: { command: ["node", "dist/other.js"] } },
    setting: { env: { MODE: "returns" } },
  };
  for (const [what, change] of Object.entries(changes)) {
    it(`is another Job for another ${what}`, () => {
      const name = (of: WorkloadSpec) => planWorkload("api", of).tasks.migration?.name;
      assert.match(name(spec) ?? "", /^api-migration-[0-9a-f]{7}$/);
      assert.notEqual(name({ ...spec, ...change }), name(spec));
      assert.equal(name({ ...spec, replicas: 5 }), name(spec));
    });
  }
});

describe("A task at certain times", () => {
  it("runs by its own clock, never twice at once, and leaves one run of each kind for a day", async () => {
    const job = find(await made(), types.cronJob);
    const { jobTemplate, ...schedule } = job.inputs["spec"] as Record<string, unknown>;
    assert.ok(jobTemplate);
    assert.deepEqual(schedule, {
      schedule: "30 0 * * *",
      timeZone: "Asia/Kolkata",
      concurrencyPolicy: "Forbid",
      startingDeadlineSeconds: 300,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 1,
    });
    assert.deepEqual(
      ["backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished"].map((key) =>
        at(job, "spec", "jobTemplate", "spec", key),
      ),
      [1, 600, 86_400],
    );
    assert.equal(at(job, "metadata", "name"), "api-settle");
  });

  it("does what it says with what it may use", async () => {
    const container = at(find(await made(), types.cronJob), ...cronPod, "spec", "containers", 0);
    const { command, args, resources } = container as Record<string, unknown>;
    assert.deepEqual(
      { command, args, resources },
      {
        command: ["node"],
        args: ["dist/settle.js"],
        resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { cpu: "200m", memory: "256Mi" } },
      },
    );
  });
});

describe("Tasks of a service", () => {
  const kinds = [
    [types.job, jobPod, "migration"],
    [types.cronJob, cronPod, "settle"],
  ] as const;
  for (const [type, pod, task] of kinds) {
    it(`are its pods in all but what only serves: ${task}`, async () => {
      const resources = await made();
      const service = at(find(resources, types.deployment), "spec", "template", "spec") as Record<
        string,
        unknown
      >;
      const own = at(find(resources, type), ...pod, "spec") as Record<string, unknown>;
      for (const key of [
        "serviceAccountName",
        "automountServiceAccountToken",
        "securityContext",
        "volumes",
      ]) {
        assert.deepEqual(own[key], service[key], key);
      }
      const [serves, does] = [service, own].map(
        ({ containers }) => (containers as Record<string, unknown>[])[0],
      );
      for (const key of ["image", "envFrom", "securityContext", "volumeMounts", "name"]) {
        assert.deepEqual(does?.[key], serves?.[key], key);
      }
      for (const key of ["ports", "startupProbe", "readinessProbe", "livenessProbe", "lifecycle"]) {
        assert.notEqual(serves?.[key], undefined, key);
        assert.equal(does?.[key], undefined, key);
      }
      const variables = does?.["env"] as readonly { readonly name: string; readonly valueFrom?: unknown }[];
      assert.deepEqual(variables.find(({ name }) => name === "PGPASSWORD")?.valueFrom, {
        secretKeyRef: { name: "shop-db", key: "password" },
      });
      assert.equal(own["topologySpreadConstraints"], undefined);
      assert.equal(own["priorityClassName"], "workload-critical");
    });

    it(`get none of its requests and are none of its pods: ${task}`, async () => {
      const resources = await made();
      const labels = at(find(resources, type), ...pod, "metadata", "labels") as Record<string, string>;
      assert.equal(labels["app.kubernetes.io/name"], "api-tasks");
      assert.equal(labels["app.kubernetes.io/component"], task);
      assert.equal(labels["app.kubernetes.io/part-of"], "shop");
      const selector = at(find(resources, "kubernetes:core/v1:Service"), "spec", "selector");
      assert.deepEqual(selector, { "app.kubernetes.io/name": "api" });
    });

    it(`are not taken away with a node that is merely not needed: ${task}`, async () => {
      const annotations = at(find(await made(), type), ...pod, "metadata", "annotations");
      assert.deepEqual(annotations, {
        "cluster-autoscaler.kubernetes.io/safe-to-evict": "false",
        "karpenter.sh/do-not-disrupt": "true",
      });
    });
  }

  it("reach whom it reaches, and are reached by nobody", async () => {
    const resources = await made();
    const own = find(resources, types.policy, "shop-api-traffic");
    const tasks = find(resources, types.policy, "shop-api-tasks-traffic");
    assert.deepEqual(at(tasks, "spec", "egress"), at(own, "spec", "egress"));
    assert.deepEqual(at(tasks, "spec", "ingress"), []);
    assert.deepEqual(at(tasks, "spec", "policyTypes"), ["Egress"]);
    assert.deepEqual(at(tasks, "spec", "podSelector"), {
      matchLabels: { "app.kubernetes.io/name": "api-tasks" },
    });
  });

  it("are let in by those that it calls", async () => {
    const own = find(await made(), types.policy, "shop-api-traffic");
    assert.deepEqual(at(own, "spec", "ingress", 0, "from"), [
      { podSelector: { matchLabels: { "app.kubernetes.io/name": "web" } } },
      { podSelector: { matchLabels: { "app.kubernetes.io/name": "web-tasks" } } },
    ]);
    const web = { ...spec, calls: ["api"] };
    assert.deepEqual(planPeers({ api: spec, web })["api"]?.taskCallers, ["web"]);
  });

  it("end although a sidecar goes on: it is one that ends with them", async () => {
    const mesh = {
      podAnnotations: { "traffic.sidecar.istio.io/excludeInboundPorts": "9464" },
      servingAnnotations: { "groundwork.dev/istio": "1" },
      taskAnnotations: { "sidecar.istio.io/nativeSidecar": "true" },
      knowsRequests: true,
      front: { namespace: "in", service: "in", port: 443, pods: {} },
    };
    const resources = await made({ mesh });
    const annotations = at(find(resources, types.job), ...jobPod, "metadata", "annotations");
    const sidecars = Object.entries(annotations as object).filter(([key]) => /istio/.test(key));
    // what rolls pods for another version of the mesh would run a migration once more
    assert.deepEqual(Object.fromEntries(sidecars), {
      "traffic.sidecar.istio.io/excludeInboundPorts": "9464",
      "sidecar.istio.io/nativeSidecar": "true",
    });
    const served = at(find(resources, types.deployment), "spec", "template", "metadata", "annotations");
    assert.deepEqual(served, {
      "traffic.sidecar.istio.io/excludeInboundPorts": "9464",
      "groundwork.dev/istio": "1",
    });
  });

  it("have room in the namespace beside all pods, each once", () => {
    const [with_, without] = [planQuota({ api: spec }), planQuota({ api: alone })];
    assert.equal(with_.pods, (without.pods ?? 0) + 2);
    assert.deepEqual([without.requests.cpu, with_.requests.cpu], ["7500m", "8100m"]);
    const stated = { requests: { cpu: "7", memory: "20Gi" }, limits: { cpu: "20", memory: "20Gi" } };
    assert.ok(planQuota({ api: alone }, stated));
    assert.throws(
      () => planQuota({ api: spec }, stated),
      /^RangeError: quota\.requests\.cpu: expected 7100m or more/,
    );
  });

  it("are none where it says none", async () => {
    const resources = await made({ spec: alone });
    for (const type of [types.job, types.cronJob]) assert.deepEqual(findAll(resources, type), []);
    assert.deepEqual(
      findAll(resources, types.policy).map(({ name }) => name),
      ["shop-api-traffic"],
    );
  });

  const cron = { schedule: "0 4 * * *", command: ["run"] };
  const refused: readonly (readonly [Partial<WorkloadSpec>, string])[] = [
    [{ migration: { command: [] } }, 'api.migration.command: expected at least one word, got "none"'],
    [
      { migration: { command: ["m"], timeoutSeconds: 7200 } },
      "api.migration.timeoutSeconds: expected a whole number from 30 to 3600, got 7200",
    ],
    [
      { migration: { command: ["m"], retries: 7 } },
      "api.migration.retries: expected a whole number from 0 to 6, got 7",
    ],
    [
      { cronJobs: { Settle: cron } },
      'api.cronJobs.Settle: expected a name of lower-case letters, digits and dashes, got "Settle"',
    ],
    [
      { cronJobs: { migration: cron } },
      'api.cronJobs.migration: expected a name other than migration, got "migration"',
    ],
    [
      { cronJobs: { [`s${"x".repeat(48)}`]: cron } },
      `api.cronJobs.s${"x".repeat(48)}: expected a name of at most 52 characters, got "api-s${"x".repeat(48)}"`,
    ],
    [
      { cronJobs: { settle: { ...cron, timeZone: "Mars/Olympus" } } },
      'api.cronJobs.settle.timeZone: expected a name of the tz database such as Europe/Berlin, got "Mars/Olympus"',
    ],
    [
      { cronJobs: { settle: { ...cron, startingDeadlineSeconds: 5 } } },
      "api.cronJobs.settle.startingDeadlineSeconds: expected a whole number from 30 to 86400, got 5",
    ],
    [
      { cronJobs: { settle: { ...cron, schedule: "@daily" } } },
      'api.cronJobs.settle.schedule: expected five fields: minutes, hours, days of the month, months, days of the week, got "@daily"',
    ],
    [{ gpus: 1 }, "api.gpus: expected none, as it has tasks, got 1"],
  ];
  for (const [change, message] of refused) {
    it(`refuses what does not fit: ${message}`, () => {
      assert.throws(() => planWorkload("api", { ...spec, ...change }), new RangeError(message));
    });
  }

  for (const taken of ["api-migration", "api-settle", "api-tasks"]) {
    it(`refuses a service that is called as they are: ${taken}`, () => {
      assert.throws(
        () => planPeers({ api: spec, [taken]: alone }),
        new RangeError(`${taken}: expected a name that is none of api's tasks, got "${taken}"`),
      );
    });
  }
});

describe("taskAlerts", () => {
  it("tells of a task that was not done when it was to be done last, and says nothing where there is none", () => {
    assert.deepEqual(taskAlerts("shop", { api: alone }), {});
    const alert = taskAlerts("shop", { api: spec })["workload-task-late"];
    assert.match(alert?.expr ?? "", /namespace="shop",cronjob="api-settle"/);
    assert.ok(alert?.expr.endsWith(`> ${86_400 + 300 + 600 + 300 + 3600}`));
  });

  it("gives an hour more where there may be summer time, and none on the clock that has none", () => {
    const settle = planWorkload("api", spec).tasks.cronJobs[0];
    assert.ok(settle);
    assert.equal(oldestSeconds(settle) - oldestSeconds({ ...settle, timeZone: "Etc/UTC" }), 3600);
  });
});
