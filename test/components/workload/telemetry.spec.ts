import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { planWorkload } from "../../../components/workload/plan";
import type { WorkloadSpec } from "../../../components/workload/spec";
import type { Telemetry } from "../../../components/workload/telemetry";
import { Workload } from "../../../components/workload/workload";
import type { PlanResource } from "../../../preview/plan";
import { find, run } from "../../support/run";
import { at } from "../traffic/scene";

const spec: WorkloadSpec = {
  image: { repository: "ghcr.io/acme/api", tag: "1.2.3" },
  port: 3000,
  replicas: 2,
  resources: { cpu: "500m", memory: "512Mi" },
};
const telemetry: Telemetry = {
  endpoint: "http://collector.example:4318",
  destination: { namespace: "tracing", podLabels: { app: "agent" }, ports: [4318] },
  environment: "staging",
};
const made = async (
  more: Partial<WorkloadSpec> = {},
  to: { readonly telemetry?: Telemetry } = { telemetry },
): Promise<readonly PlanResource[]> => {
  const make = () =>
    new Workload(
      "shop-api",
      { service: "api", spec: { ...spec, ...more }, system: "shop", namespace: "shop", ...to },
      { provider: new k8s.Provider("main", { kubeconfig: "{}" }) },
    );
  return (await run(make)).resources;
};
const template = (resources: readonly PlanResource[]) =>
  at(find(resources, "kubernetes:apps/v1:Deployment"), "spec", "template") as {
    metadata: { annotations?: Readonly<Record<string, string>> };
    spec: { containers: readonly { env: readonly { name: string; value?: string }[] }[] };
  };
const variables = (resources: readonly PlanResource[]) =>
  template(resources).spec.containers[0]?.env ?? assert.fail("no container");
const told = async (
  more: Partial<WorkloadSpec> = {},
): Promise<Readonly<Record<string, string | undefined>>> =>
  Object.fromEntries(variables(await made(more)).map(({ name, value }) => [name, value]));

describe("a workload's spans", () => {
  it("are sent where the system's are, under its own name, all of them", async () => {
    const { OTEL_RESOURCE_ATTRIBUTES: attributes = "", ...others } = await told();
    assert.deepEqual(
      Object.fromEntries(Object.entries(others).filter(([name]) => name.startsWith("OTEL_"))),
      {
        OTEL_SERVICE_NAME: "api",
        OTEL_TRACES_EXPORTER: "otlp",
        OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector.example:4318",
        OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
        OTEL_TRACES_SAMPLER: "parentbased_always_on",
        OTEL_PROPAGATORS: "tracecontext,baggage",
        OTEL_LOGS_EXPORTER: "none",
        OTEL_METRICS_EXPORTER: "none",
      },
    );
    assert.deepEqual(attributes.split(","), [
      "service.namespace=shop",
      "service.version=1.2.3",
      "deployment.environment.name=staging",
      "k8s.container.name=api",
      "k8s.pod.name=$(K8S_POD_NAME)",
      "k8s.pod.uid=$(K8S_POD_UID)",
    ]);
  });

  it("name their pod by variables that stand before what refers to them", async () => {
    const names = variables(await made()).map(({ name }) => name);
    for (const name of ["K8S_POD_NAME", "K8S_POD_UID"]) {
      assert.ok(names.indexOf(name) >= 0 && names.indexOf(name) < names.indexOf("OTEL_RESOURCE_ATTRIBUTES"));
    }
    // by these the operator would think that it has instrumented the pod already
    assert.ok(!names.includes("OTEL_RESOURCE_ATTRIBUTES_NODE_NAME"));
  });

  it("leave its metrics to Prometheus, on the port that it has for them", async () => {
    const { OTEL_METRICS_EXPORTER, OTEL_EXPORTER_PROMETHEUS_HOST, OTEL_EXPORTER_PROMETHEUS_PORT } =
      await told({ metrics: { port: 9464 } });
    assert.deepEqual(
      [OTEL_METRICS_EXPORTER, OTEL_EXPORTER_PROMETHEUS_HOST, OTEL_EXPORTER_PROMETHEUS_PORT],
      ["prometheus", "0.0.0.0", "9464"],
    );
  });

  it("go by what the blueprint says where that says it", async () => {
    const { OTEL_TRACES_SAMPLER } = await told({ env: { OTEL_TRACES_SAMPLER: "always_off" } });
    assert.equal(OTEL_TRACES_SAMPLER, "always_off");
  });

  it("get out by its traffic rule, which lets them nowhere where the system has no traces", async () => {
    const egress = (resources: readonly PlanResource[]) =>
      JSON.stringify(at(find(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy"), "spec", "egress"));
    assert.match(egress(await made()), /4318.*"kubernetes.io\/metadata.name":"tracing"/);
    const without = await made({}, {});
    assert.doesNotMatch(egress(without), /tracing/);
    assert.ok(variables(without).every(({ name }) => !name.startsWith("OTEL_")));
  });
});

describe("a workload that asks to be instrumented", () => {
  for (const language of ["java", "nodejs", "python"] as const) {
    it(`is, as ${language}, in its own container and by the system's own instrumentation`, async () => {
      const { metadata } = template(await made({ autoInstrumentation: language }));
      assert.deepEqual(metadata.annotations, {
        [`instrumentation.opentelemetry.io/inject-${language}`]: "services",
        "instrumentation.opentelemetry.io/container-names": "api",
      });
    });
  }

  it("is not where the system has no traces", async () => {
    const { metadata } = template(await made({ autoInstrumentation: "python" }, {}));
    assert.equal(metadata.annotations, undefined);
  });

  for (const [runtime, autoInstrumentation, expected] of [
    ["node", "python", '"nodejs", as its runtime is node'],
    ["python", "java", '"python", as its runtime is python'],
    ["go", "java", "none, as its runtime is go"],
  ] as const) {
    it(`can't be of ${runtime} and instrumented as ${autoInstrumentation}`, () => {
      assert.throws(() => planWorkload("api", { ...spec, runtime, autoInstrumentation }), {
        name: "RangeError",
        message: `api.autoInstrumentation: expected ${expected}, got "${autoInstrumentation}"`,
      });
    });
  }
});
