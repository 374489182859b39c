import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { FlagdSpec } from "../../../components/delivery/featureFlags";
import { Flagd, flagdImage } from "../../../components/delivery/flagd";
import type { WorkloadIdentity } from "../../../components/identity/workloadIdentity";
import type { PlanResource } from "../../../preview/plan";
import { find, findAll, run, valueOf } from "../../support/run";
import { waitsFor } from "../../support/waitsFor";

const root = join(__dirname, "../../..");
const spec: FlagdSpec = {
  flags: { "new-cart": { variants: { on: true, off: false }, defaultVariant: "off" } },
};
const make = (highlyAvailable = true, asked = spec): Flagd =>
  new Flagd("shop-flagd", {
    spec: asked,
    highlyAvailable,
    nodeSelector: { pool: "system" },
    systemNamespace: "shop",
  });
const made = async (highlyAvailable = true): Promise<readonly PlanResource[]> =>
  (await run(() => make(highlyAvailable))).resources;

/** An identity of no cloud: who a workload is. */
class Identity extends pulumi.ComponentResource implements WorkloadIdentity {
  readonly principal = pulumi.output("nobody");
  readonly identifier = pulumi.output("nobody");
  readonly serviceAccountAnnotations = pulumi.output<Record<string, string>>({});
  readonly namespace = "shop";
  readonly serviceAccount = "api";

  constructor() {
    super("groundwork:test:Identity", "api");
  }
}

interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly resources: Readonly<
    Record<"requests" | "limits", { readonly cpu: string; readonly memory: string }>
  >;
  readonly livenessProbe: { readonly httpGet: object };
  readonly readinessProbe: { readonly httpGet: object };
  readonly lifecycle: { readonly preStop: { readonly sleep: { readonly seconds: number } } };
  readonly securityContext: object;
  readonly volumeMounts: readonly { readonly mountPath: string; readonly subPath?: string }[];
}
interface PodSpec {
  readonly serviceAccountName: string;
  readonly automountServiceAccountToken: boolean;
  readonly enableServiceLinks: boolean;
  readonly priorityClassName: string;
  readonly terminationGracePeriodSeconds: number;
  readonly nodeSelector: object;
  readonly topologySpreadConstraints: readonly { readonly topologyKey: string }[];
  readonly securityContext: object;
  readonly containers: readonly Container[];
  readonly volumes: readonly { readonly configMap: { readonly name: string } }[];
}
interface DeploymentSpec {
  readonly replicas: number;
  readonly strategy: object;
  readonly template: { readonly spec: PodSpec };
}

const deployment = (resources: readonly PlanResource[]) =>
  find(resources, "kubernetes:apps/v1:Deployment", "shop-flagd");
const specOf = (resources: readonly PlanResource[]) =>
  deployment(resources).inputs["spec"] as unknown as DeploymentSpec;
const podOf = (resources: readonly PlanResource[]) => specOf(resources).template.spec;
const containerOf = (resources: readonly PlanResource[]): Container =>
  podOf(resources).containers[0] ?? assert.fail("no container");

describe("flagd", () => {
  for (const [highlyAvailable, replicas, budgets] of [
    [
      true,
      2,
      [
        {
          maxUnavailable: 1,
          selector: {
            matchLabels: { "app.kubernetes.io/name": "flagd", "app.kubernetes.io/instance": "flagd" },
          },
        },
      ],
    ],
    [false, 1, []],
  ] as const) {
    it(`is ${String(replicas)} of it, none of which is away while a new one starts`, async () => {
      const resources = await made(highlyAvailable);
      const { replicas: count, strategy } = specOf(resources);
      assert.equal(count, replicas);
      assert.deepEqual(strategy, {
        type: "RollingUpdate",
        rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
      });
      assert.deepEqual(
        findAll(resources, "kubernetes:policy/v1:PodDisruptionBudget").map(({ inputs }) => inputs["spec"]),
        budgets,
      );
    });
  }

  it("stands on the platform's nodes, over zones and before others, and answers on while nodes hear that it goes", async () => {
    const resources = await made();
    const pod = podOf(resources);
    assert.deepEqual([pod.nodeSelector, pod.priorityClassName], [{ pool: "system" }, "platform-critical"]);
    assert.deepEqual(
      pod.topologySpreadConstraints.map(({ topologyKey }) => topologyKey),
      ["topology.kubernetes.io/zone", "kubernetes.io/hostname"],
    );
    const { seconds } = containerOf(resources).lifecycle.preStop.sleep;
    assert.ok(seconds >= 5 && pod.terminationGracePeriodSeconds > seconds, String(seconds));
  });

  it("is a closed container of one pinned version that is no root and has no token of the cluster", async () => {
    const resources = await made();
    const pod = podOf(resources);
    const container = containerOf(resources);
    assert.equal(container.image, `ghcr.io/open-feature/flagd:${flagdImage.version}`);
    assert.match(flagdImage.version, /^v\d+\.\d+\.\d+$/);
    assert.deepEqual(
      [pod.automountServiceAccountToken, pod.enableServiceLinks, pod.serviceAccountName],
      [false, false, "flagd"],
    );
    const account = find(resources, "kubernetes:core/v1:ServiceAccount").inputs;
    assert.equal(account["automountServiceAccountToken"], false);
    assert.deepEqual(pod.securityContext, {
      runAsNonRoot: true,
      runAsUser: 65532,
      seccompProfile: { type: "RuntimeDefault" },
    });
    assert.deepEqual(container.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  });

  it("is pinned where Renovate finds it", () => {
    const { repository, version } = flagdImage;
    const annotation = `// renovate: datasource=docker depName=${repository}\n  version: "${version}",`;
    const file = "components/delivery/flagd.ts";
    assert.ok(readFileSync(join(root, file), "utf8").includes(annotation), `expected ${annotation}`);
    assert.ok(readFileSync(join(root, "docs/charts.md"), "utf8").includes(file.replace(".", "\\\\.")));
  });

  it("has room in its namespace for one more while it is replaced, and memory limited to what it asks for", async () => {
    const resources = await made();
    const { requests, limits } = containerOf(resources).resources;
    assert.equal(requests.memory, limits.memory);
    const { hard } = find(resources, "kubernetes:core/v1:ResourceQuota").inputs["spec"] as unknown as {
      hard: Readonly<Record<string, string>>;
    };
    const milli = (cpu = "") => (cpu.endsWith("m") ? parseInt(cpu) : Number(cpu) * 1000);
    assert.ok(milli(hard["requests.cpu"]) >= 3 * milli(requests.cpu));
    assert.ok(milli(hard["limits.cpu"]) >= 3 * milli(limits.cpu));
    assert.ok(parseInt(hard["requests.memory"] ?? "") >= 3 * parseInt(requests.memory));
    assert.ok(Number(hard["pods"]) >= 3);
  });

  it("reads its flags from a folder that follows the ConfigMap, by the very file", async () => {
    const resources = await made();
    const { args, volumeMounts } = containerOf(resources);
    const { metadata, data } = find(resources, "kubernetes:core/v1:ConfigMap").inputs as {
      metadata: { name: string };
      data: Readonly<Record<string, string>>;
    };
    assert.deepEqual(args.slice(0, 3), ["start", "--uri", "file:/etc/flagd/flags.json"]);
    assert.deepEqual(
      volumeMounts.map(({ mountPath, subPath }) => [mountPath, subPath]),
      [["/etc/flagd", undefined]],
    );
    assert.equal(podOf(resources).volumes[0]?.configMap.name, metadata.name);
    const { flags } = JSON.parse(data["flags.json"] ?? "") as { flags: object };
    assert.deepEqual(Object.keys(flags), ["new-cart"]);
  });

  it("hears the system's services and Prometheus, and speaks to nobody", async () => {
    const resources = await made();
    const policies = findAll(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy");
    const names = policies.map(({ inputs }) => (inputs["metadata"] as { name: string }).name);
    assert.deepEqual(names.sort(), ["allow-dns", "default-deny", "flagd"]);
    const { spec: own } = find(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy", "shop-flagd-flagd")
      .inputs as unknown as {
      spec: {
        policyTypes: readonly string[];
        ingress: readonly {
          from: readonly { namespaceSelector: { matchLabels: Readonly<Record<string, string>> } }[];
          ports: readonly { port: number }[];
        }[];
      };
    };
    assert.deepEqual(own.policyTypes, ["Ingress"]);
    assert.deepEqual(
      own.ingress.map(({ from, ports }) => [
        from.flatMap(({ namespaceSelector }) => Object.values(namespaceSelector.matchLabels)),
        ports.map(({ port }) => port),
      ]),
      [
        [["shop"], [8013, 8016]],
        [["monitoring"], [8014]],
      ],
    );
    const waits = waitsFor(resources, deployment(resources), (urn) => urn.endsWith("::shop-flagd-flagd"));
    assert.ok(waits, "it starts before its policy");
  });

  it("is reached at the ports that its container has, by what OpenFeature's providers read", async () => {
    const { result, resources } = await run(() => make());
    const { ports } = find(resources, "kubernetes:core/v1:Service").inputs["spec"] as unknown as {
      ports: readonly { port: number; targetPort: string; appProtocol: string }[];
    };
    const container = containerOf(resources);
    assert.deepEqual(
      ports.map(({ port, targetPort }) => [
        port,
        container.ports.find(({ name }) => name === targetPort)?.containerPort,
      ]),
      [
        [8013, 8013],
        [8016, 8016],
      ],
    );
    const told = Object.entries(result.connection).map(
      async ([key, value]) => [key, await valueOf(value)] as const,
    );
    assert.deepEqual(Object.fromEntries(await Promise.all(told)), {
      FLAGD_RESOLVER: "rpc",
      FLAGD_HOST: "flagd.flagd.svc",
      FLAGD_PORT: "8013",
      FLAGD_TLS: "false",
      OFREP_ENDPOINT: "http://flagd.flagd.svc:8016",
    });
    assert.deepEqual(result.destinations, [
      {
        namespace: "flagd",
        podLabels: { "app.kubernetes.io/name": "flagd", "app.kubernetes.io/instance": "flagd" },
        ports: [8013, 8016],
      },
    ]);
  });

  it("is asked by Prometheus, which alerts when it is away or can't answer", async () => {
    const resources = await made();
    const { spec: monitor } = find(resources, "kubernetes:monitoring.coreos.com/v1:PodMonitor")
      .inputs as unknown as {
      spec: { podMetricsEndpoints: readonly { port: string }[] };
    };
    const { ports } = containerOf(resources);
    const port = ports.find(({ name }) => name === monitor.podMetricsEndpoints[0]?.port);
    assert.equal(port?.containerPort, 8014);
    const { spec: rules } = find(resources, "kubernetes:monitoring.coreos.com/v1:PrometheusRule")
      .inputs as unknown as {
      spec: { groups: readonly { rules: readonly { alert: string; expr: string; labels: object }[] }[] };
    };
    assert.deepEqual(
      rules.groups.flatMap((group) => group.rules).map(({ alert, labels }) => [alert, labels]),
      [
        ["delivery-flags-down", { severity: "critical", team: "platform" }],
        ["delivery-flags-errors", { severity: "warning", team: "platform" }],
      ],
    );
    for (const { alert, expr } of rules.groups.flatMap((group) => group.rules)) {
      assert.match(
        readFileSync(join(root, "docs/runbooks/delivery.md"), "utf8"),
        new RegExp(`^## ${alert}$`, "m"),
      );
      assert.match(expr, /namespace="flagd"/);
    }
  });

  it("lets who may read ask without a credential, and nobody write", async () => {
    await run(() => {
      const flagd = make();
      const api = new Identity();
      assert.deepEqual(flagd.grant("api-flags", api, "read"), {});
      assert.throws(() => flagd.grant("api-flags", api, "readWrite"), {
        name: "RangeError",
        message: "api.stores.flags: expected read, got readWrite",
      });
    });
  });

  it("is not made of flags that it could not tell of", async () => {
    await assert.rejects(
      run(() => make(true, { flags: { cart: { variants: { on: true }, defaultVariant: "off" } } })),
      /flags\.cart\.defaultVariant: expected a variant: one of on, got off/,
    );
  });
});
