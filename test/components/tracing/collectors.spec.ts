import assert from "node:assert/strict";
import {
  defaultRedactions,
  redactionRules,
  redactions,
  redactionsOf,
} from "../../../components/logging/redaction";
import { spanRedaction } from "../../../components/tracing/spanRedaction";
import type { PlanResource } from "../../../preview/plan";
import { spanRedactions } from "../../../tracing";
import { find, findAll } from "../../support/run";
import { waitsFor } from "../../support/waitsFor";
import { at } from "../traffic/scene";
import { collectorOf, type Config, inTempo, traced, trafficOf } from "./scene";

/** Parts that a configuration names and does not have, or has and does not use. */
function loose({ receivers, processors, exporters, extensions, service }: Config): readonly string[] {
  const used = Object.values(service.pipelines).flatMap((pipeline) => Object.values(pipeline).flat());
  const had = [receivers, processors, exporters].flatMap((parts) => Object.keys(parts));
  return [
    ...used.filter((part) => !had.includes(part)),
    ...had.filter((part) => !used.includes(part)),
    ...Object.keys(extensions).filter((extension) => !service.extensions.includes(extension)),
  ];
}

const certificate = (resources: readonly PlanResource[], name: string) =>
  at(
    find(
      resources,
      "kubernetes:cert-manager.io/v1:Certificate",
      `shop-tracing-collectors-${name}-certificate`,
    ),
    "spec",
  ) as {
    readonly secretName: string;
    readonly dnsNames: readonly string[];
    readonly usages: readonly string[];
  };

describe("collectors of spans", () => {
  for (const name of ["agent", "gateway"] as const) {
    it(`have, as ${name}, every part that they use and no other`, async () => {
      const { config } = collectorOf(await traced(inTempo), name);
      assert.deepEqual(loose(config), []);
      assert.ok(loose({ ...config, exporters: {} }).length > 0);
    });

    it(`are, as ${name}, closed pods of the platform's priority that show a certificate`, async () => {
      const resources = await traced(inTempo);
      const spec = collectorOf(resources, name);
      assert.deepEqual(spec["securityContext"], {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
      assert.deepEqual(spec["podSecurityContext"], {
        runAsNonRoot: true,
        runAsUser: 10001,
        runAsGroup: 10001,
        fsGroup: 10001,
        seccompProfile: { type: "RuntimeDefault" },
      });
      assert.equal(spec["priorityClassName"], "platform-critical");
      // another that the operator would make lets in anybody
      assert.deepEqual(spec["networkPolicy"], { enabled: false });
      assert.equal(spec["upgradeStrategy"], "none");
      const { secretName } = certificate(resources, name);
      assert.deepEqual(spec["volumes"], [{ name: "tls", secret: { secretName } }]);
      const { requests, limits } = spec["resources"] as Record<"requests" | "limits", { memory: string }>;
      assert.equal(requests.memory, limits.memory);
    });
  }

  it("stand on each node, whatever it keeps pods away by, and go by tenths of the nodes", async () => {
    const agent = collectorOf(await traced(inTempo), "agent");
    assert.equal(agent["mode"], "daemonset");
    assert.deepEqual(agent["tolerations"], [{ operator: "Exists" }]);
    assert.equal(agent["nodeSelector"], undefined);
    assert.deepEqual(agent["daemonSetUpdateStrategy"], {
      type: "RollingUpdate",
      rollingUpdate: { maxUnavailable: "10%" },
    });
    assert.deepEqual(agent.config.processors["k8s_attributes"]?.["filter"], {
      namespace: "shop",
      node_from_env_var: "KUBE_NODE_NAME",
    });
  });

  it("are two and more behind one name where pods run without nodes, and know all pods", async () => {
    const agent = collectorOf(await traced({ ...inTempo, onNodes: false }), "agent");
    assert.equal(agent["mode"], "deployment");
    assert.deepEqual(agent["autoscaler"], { minReplicas: 2, maxReplicas: 4, targetCPUUtilization: 70 });
    assert.deepEqual(agent.config.processors["k8s_attributes"]?.["filter"], { namespace: "shop" });
  });

  for (const [highlyAvailable, autoscaler, replicas] of [
    [true, { minReplicas: 2, maxReplicas: 4, targetCPUUtilization: 70 }, undefined],
    [false, undefined, 1],
  ] as const) {
    it(`decide in ${highlyAvailable ? "two to four gateways" : "one gateway"}, none of which is away while a new one starts`, async () => {
      const gateway = collectorOf(await traced({ ...inTempo, highlyAvailable }), "gateway");
      assert.deepEqual([gateway["autoscaler"], gateway["replicas"]], [autoscaler, replicas]);
      assert.deepEqual(gateway["deploymentUpdateStrategy"], {
        type: "RollingUpdate",
        rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
      });
    });
  }

  it("hand all spans of a trace to one gateway, by the name that its certificate has", async () => {
    const resources = await traced(inTempo);
    const { config } = collectorOf(resources, "agent");
    const { routing_key, resolver, protocol, sending_queue } = config.exporters[
      "loadbalancing"
    ] as unknown as {
      routing_key: string;
      resolver: { dns: { hostname: string; port: string } };
      protocol: { otlp: { sending_queue: object; tls: Record<string, string> } };
      sending_queue: { enabled: boolean };
    };
    assert.equal(routing_key, "traceID");
    assert.deepEqual(
      [resolver.dns.hostname, resolver.dns.port],
      ["gateway-collector-headless.tracing.svc", "4317"],
    );
    // what one gateway does not take has to come by the choice again
    assert.deepEqual([sending_queue.enabled, protocol.otlp.sending_queue], [true, { enabled: false }]);
    const { dnsNames, usages } = certificate(resources, "gateway");
    assert.deepEqual(dnsNames, [protocol.otlp.tls["server_name_override"]]);
    assert.ok(usages.includes("server auth"));
    assert.ok(!certificate(resources, "agent").usages.includes("server auth"));
    const { otlp } = collectorOf(resources, "gateway").config.receivers as {
      otlp: { protocols: { grpc: { tls: Record<string, string> } } };
    };
    assert.equal(otlp.protocols.grpc.tls["client_ca_file"], protocol.otlp.tls["ca_file"]);
  });

  for (const [spec, percent] of [
    [{}, 10],
    [{ samplePercent: 2.5 }, 2.5],
    [{ samplePercent: 0 }, 0],
  ] as const) {
    it(`keep all traces with errors and all that were slow, and ${percent} of a hundred others, once a trace is whole`, async () => {
      const { config } = collectorOf(await traced({ ...inTempo, spec }), "gateway");
      const { policies } = config.processors["tail_sampling"] as unknown as { policies: readonly object[] };
      assert.deepEqual(policies, [
        { name: "errors", type: "status_code", status_code: { status_codes: ["ERROR"] } },
        { name: "slow", type: "latency", latency: { threshold_ms: 1000 } },
        { name: "sample", type: "probabilistic", probabilistic: { sampling_percentage: percent } },
      ]);
      assert.deepEqual(config.service.pipelines["traces"]?.["processors"], [
        "memory_limiter",
        "tail_sampling",
        "transform/redaction",
        "batch",
      ]);
    });
  }

  it("keep of spans what is kept of log lines: of names, of texts and of what happened", async () => {
    const { trace_statements: groups, error_mode: mode } = spanRedaction(redactionsOf(redactions)) as {
      readonly trace_statements: readonly { readonly statements: readonly string[] }[];
      readonly error_mode: string;
    };
    assert.equal(mode, "propagate");
    for (const kind of redactions) {
      const { pattern, replacement } = redactionRules[kind];
      const how = `${JSON.stringify(pattern)}, ${JSON.stringify(replacement)})`;
      assert.deepEqual(
        groups.map(({ statements }) => statements.filter((each) => each.endsWith(how))),
        [
          [
            `replace_pattern(span.name, ${how}`,
            `replace_pattern(span.status.message, ${how}`,
            `replace_all_patterns(span.attributes, "value", ${how}`,
          ],
          [
            `replace_pattern(spanevent.name, ${how}`,
            `replace_all_patterns(spanevent.attributes, "value", ${how}`,
          ],
        ],
        kind,
      );
    }
    const { config } = collectorOf(await traced(inTempo), "gateway");
    const expected = spanRedaction(redactionsOf(defaultRedactions));
    assert.deepEqual(config.processors["transform/redaction"], expected);
    // the collector would put a variable there
    assert.doesNotMatch(JSON.stringify(config), /\$/);
    const { config: whole } = collectorOf(await traced({ ...inTempo, redact: [] }), "gateway");
    assert.ok(!("transform/redaction" in whole.processors));
  });

  for (const [platform, kinds] of [
    [{}, defaultRedactions],
    [{ loki: {} }, defaultRedactions],
    [{ elasticStack: { redact: ["ipAddress"] } }, ["ipAddress"]],
    [{ loki: { redact: ["email"] }, elasticStack: { redact: [] } }, ["email"]],
    [{ loki: { redact: [] } }, []],
  ] as const) {
    it(`take out of spans what ${JSON.stringify(platform)} takes out of lines`, () => {
      assert.deepEqual(spanRedactions(platform), redactionsOf(kinds));
    });
  }

  it("hear the system's pods, each other and what asks them, and nobody else", async () => {
    const resources = await traced(inTempo);
    assert.deepEqual(trafficOf(resources, "agent-collector"), {
      ingress: ["shop/all:4317,4318", "monitoring/prometheus:8888"],
      egress: ["tracing.gateway:4317", "anybody:443"],
    });
    assert.deepEqual(trafficOf(resources, "gateway-collector"), {
      ingress: ["tracing.agent:4317", "monitoring/prometheus:8888"],
      egress: ["tempo:4317"],
    });
  });

  it("know of the cluster the system's pods alone", async () => {
    const resources = await traced(inTempo);
    assert.equal(findAll(resources, "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole").length, 0);
    const [role] = findAll(resources, "kubernetes:rbac.authorization.k8s.io/v1:Role");
    assert.ok(role !== undefined);
    assert.deepEqual(
      [at(role, "metadata", "namespace"), at(role, "rules")],
      ["shop", [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] }]],
    );
    const tokens = findAll(resources, "kubernetes:core/v1:ServiceAccount").map((account) => [
      at(account, "metadata", "name"),
      at(account, "automountServiceAccountToken"),
    ]);
    assert.deepEqual(Object.fromEntries(tokens), { "agent-collector": true, "gateway-collector": false });
  });

  it("wait for the operator, which has their kinds, and agents for gateways", async () => {
    const resources = await traced(inTempo);
    for (const name of ["agent", "gateway"]) {
      const one = find(
        resources,
        "kubernetes:opentelemetry.io/v1beta1:OpenTelemetryCollector",
        `shop-tracing-collectors-${name}`,
      );
      assert.ok(
        waitsFor(resources, one, (urn) => urn.endsWith("Release::shop-tracing-operator")),
        name,
      );
      const policy = `shop-tracing-collectors-${name}-traffic`;
      assert.ok(
        waitsFor(resources, one, (urn) => urn.endsWith(`::${policy}`)),
        policy,
      );
    }
  });
});
