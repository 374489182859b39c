import * as k8s from "@pulumi/kubernetes";
import { defaultRedactions, redactionsOf } from "../../../components/logging/redaction";
import type { TraceStore } from "../../../components/tracing/traceStorage";
import { Tracing, type TracingArgs } from "../../../components/tracing/tracing";
import type { PlanResource } from "../../../preview/plan";
import { find, findAll, run } from "../../support/run";
import { BucketStub, IdentityStub } from "../platform/cloudStubs";
import { ClusterStub } from "../platform/clusterStub";

/** An Elasticsearch that somebody else has made. */
export const elasticsearch: TraceStore = {
  username: "jaeger",
  replicated: true,
  admit: (name, { namespaceName: namespace, podLabels }, opts) => {
    const data = { pods: JSON.stringify(podLabels) };
    const nodes = new k8s.core.v1.ConfigMap(name, { metadata: { name, namespace }, data }, opts);
    return {
      url: "https://telemetry-es-http.logging.svc:9200",
      authoritySecret: "telemetry-authority",
      userSecret: "telemetry-user",
      destinations: [{ namespace: "logging", podLabels: { app: "elasticsearch" }, ports: [9200] }],
      ready: [nodes],
    };
  },
};

export const inTempo: Pick<TracingArgs, "tempo"> = {
  tempo: {
    spec: {},
    storage: ({ bucketName }) => ({ backend: "example", example: { bucket: bucketName } }),
    bucket: (name, opts) => new BucketStub(name, { bucketName: "shop-traces" }, opts),
  },
};
export const inJaeger: Pick<TracingArgs, "jaeger"> = { jaeger: { spec: {}, store: elasticsearch } };

/** Traces of the system `shop`. */
export async function traced(args: Partial<TracingArgs>): Promise<readonly PlanResource[]> {
  const { resources } = await run(() => {
    const cluster = new ClusterStub("test");
    return new Tracing(
      "shop-tracing",
      {
        cluster,
        highlyAvailable: true,
        nodeSelector: { pool: "system" },
        identify: (name, account, opts) => new IdentityStub(name, account, opts),
        identityEndpoints: [{ cidrs: ["169.254.170.23/32"], ports: [80] }],
        spec: {},
        systemNamespace: "shop",
        standingNamespace: "shop",
        onNodes: true,
        redact: redactionsOf(defaultRedactions),
        ...args,
      },
      { providers: [cluster.provider] },
    );
  });
  return resources;
}

/** What a policy of the namespace of traces lets in and out, as texts. */
export function trafficOf(
  resources: readonly PlanResource[],
  policy: string,
): Readonly<Record<"ingress" | "egress", readonly string[]>> {
  const found = findAll(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy").find(({ inputs }) => {
    const { name, namespace } = inputs["metadata"] as { name: string; namespace: string };
    return name === policy && namespace === "tracing";
  });
  const { spec } = found?.inputs as unknown as {
    spec: Readonly<Record<"ingress" | "egress", readonly Rule[]>>;
  };
  const texts = (rules: readonly Rule[]) => rules.flatMap(textsOf);
  return { ingress: texts(spec.ingress), egress: texts(spec.egress) };
}

interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports: readonly { readonly port: number }[];
}
interface Peer {
  readonly namespaceSelector?: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly podSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly ipBlock?: { readonly cidr: string };
}

function textsOf({ from, to, ports }: Rule): readonly string[] {
  const where = ports.map(({ port }) => port).join(",");
  const peers = from ?? to;
  return peers === undefined ? [`anybody:${where}`] : peers.map((peer) => `${nameOf(peer)}:${where}`);
}

function nameOf({ namespaceSelector, podSelector, ipBlock }: Peer): string {
  if (ipBlock !== undefined) return ipBlock.cidr;
  const labels = podSelector?.matchLabels ?? {};
  const pods =
    labels["app.kubernetes.io/instance"] ?? labels["app.kubernetes.io/name"] ?? labels["app"] ?? "all";
  return [...Object.values(namespaceSelector?.matchLabels ?? {}), pods].join("/");
}

/** The configuration of a collector, and the rest of its spec. */
export function collectorOf(
  resources: readonly PlanResource[],
  name: "agent" | "gateway",
): Readonly<Record<string, unknown>> & { readonly config: Config } {
  const { inputs } = find(
    resources,
    "kubernetes:opentelemetry.io/v1beta1:OpenTelemetryCollector",
    `shop-tracing-collectors-${name}`,
  );
  return inputs["spec"] as unknown as Readonly<Record<string, unknown>> & { readonly config: Config };
}

/** What tests look at of a configuration. */
export interface Config {
  readonly receivers: Readonly<Record<string, unknown>>;
  readonly processors: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly exporters: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly extensions: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly service: {
    readonly extensions: readonly string[];
    readonly pipelines: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  };
}
