import { mustNotBeOn, objectAt } from "../check";
import { fromStaging } from "../levels";
import { resourceRule } from "../rule";
import { charts, isCalled, valueAt } from "./charts";

/** Types of Services that whoever is outside of the cluster reaches. */
const open = ["LoadBalancer", "NodePort"];

export const elasticInside = resourceRule({
  id: "k8s-elasticsearch-not-exposed",
  title: "Elasticsearch, Kibana and Logstash answer inside the cluster",
  severity: "high",
  description:
    "The operator makes a Service of whatever type it is told; by a node's port or a load balancer of its own it is reached past the edge and its rules.",
  remedy:
    "Leave the type of spec.http.service.spec and of each of spec.services out, or set it to ClusterIP.",
  controls: { nsa: ["Worker node segmentation"], soc2: ["CC6.6"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: [
    "kubernetes:elasticsearch.k8s.elastic.co/v1:Elasticsearch",
    "kubernetes:kibana.k8s.elastic.co/v1:Kibana",
    "kubernetes:logstash.k8s.elastic.co/v1alpha1:Logstash",
  ],
  check: ({ props: { spec } }) => [
    isOpen(spec?.http?.service) && `spec.http.service.spec.type is ${spec?.http?.service?.spec?.type ?? ""}`,
    ...(spec?.services ?? []).map(
      ({ name = "", service }) =>
        isOpen(service) && `spec.services ${name} has the type ${service?.spec?.type ?? ""}`,
    ),
  ],
});

function isOpen(service: { readonly spec?: { readonly type?: string } } | undefined): boolean {
  const type = service?.spec?.type;
  return type !== undefined && open.includes(type);
}

export const kibanaSecure = resourceRule({
  id: "k8s-elasticsearch-kibana-secure",
  title: "Kibana has TLS and asks who it is",
  severity: "high",
  description: "What it shows is what everybody said in their logs: names, addresses, what failed and why.",
  remedy:
    "Leave spec.http.tls.selfSignedCertificate as it is, and set neither xpack.security.enabled nor an anonymous provider in spec.config.",
  controls: { nsa: ["Encryption"], soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: fromStaging,
  types: ["kubernetes:kibana.k8s.elastic.co/v1:Kibana"],
  check: ({ props: { spec } }) => [
    spec?.http?.tls?.selfSignedCertificate?.disabled === true &&
      "spec.http.tls.selfSignedCertificate.disabled is true: it answers in plain text",
    spec?.config?.["xpack.security.enabled"] === false &&
      "spec.config has xpack.security.enabled false: it asks nobody who they are",
    ...Object.keys(spec?.config ?? {})
      .filter((key) => key.startsWith("xpack.security.authc.providers.anonymous"))
      .map((key) => `spec.config has ${key}: whoever comes is let in`),
  ],
});

/** Inputs of Logstash that listen, with what is said of each. */
const listeners = /\b(beats|elastic_agent|http|tcp)\s*\{([^{}]*)\}/g;

export const logstashTls = resourceRule({
  id: "k8s-elasticsearch-logstash-tls",
  title: "Logstash hears nobody in plain text",
  severity: "high",
  description:
    "Its inputs have TLS only where they are told: without it lines are read on their way, and anybody writes some.",
  remedy: "Set ssl_enabled => true, with a certificate, in each beats, elastic_agent, http and tcp input.",
  controls: { nsa: ["Encryption", "Logging"], soc2: ["CC6.7"], gdpr: ["32(1)(a)"] },
  levels: fromStaging,
  types: ["kubernetes:logstash.k8s.elastic.co/v1alpha1:Logstash"],
  check: ({ props: { spec } }) =>
    (spec?.pipelines ?? []).flatMap((pipeline) => {
      const [inputs = ""] = (pipeline["config.string"] ?? "").split(/^filter\s*\{|^output\s*\{/m);
      return [...inputs.matchAll(listeners)].map(
        ([, kind = "", said = ""]) =>
          !/ssl_enabled\s*=>\s*true/.test(said) &&
          `spec.pipelines ${pipeline["pipeline.id"] ?? ""}: its input ${kind} has no ssl_enabled => true`,
      );
    }),
});

export const lokiTenants = resourceRule({
  id: "k8s-logs-loki-tenants",
  title: "Loki asks whose logs are asked for",
  severity: "high",
  description:
    "Without tenants whoever reaches it reads and writes all logs, those for an audit with the others.",
  remedy: "Leave loki.auth_enabled out of the chart's values, or set it to true.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: charts,
  applies: ({ props }) => isCalled(props.chart, "loki"),
  check: ({ props }) => {
    const enabled = valueAt(objectAt(props.values, "values"), "loki", "auth_enabled");
    return (
      (enabled === false || enabled === "false") &&
      "values.loki.auth_enabled is false: everybody is one tenant"
    );
  },
});

/** The chart that has Grafana beside Prometheus. */
const stack = "kube-prometheus-stack";

export const grafanaSignIn = resourceRule({
  id: "k8s-grafana-sign-in",
  title: "Grafana knows who looks, and has no password of its chart's",
  severity: "high",
  description:
    "It asks every source with rights of its own: who is let in without a name sees all of it, and who knows the chart's password may change it.",
  remedy:
    "Name a Secret in admin.existingSecret, and leave auth.anonymous and GF_AUTH_ANONYMOUS_ENABLED out of the values.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: charts,
  applies: ({ props: { chart } }) => isCalled(chart, "grafana") || isCalled(chart, stack),
  check: ({ props }) => {
    const values = objectAt(props.values, "values");
    const [grafana, path] = isCalled(props.chart, stack)
      ? [valueAt(values, "grafana"), "values.grafana"]
      : [values, "values"];
    if (valueAt(grafana, "enabled") === false) return [];
    const secret = valueAt(grafana, "admin", "existingSecret");
    const anonymous = valueAt(grafana, "grafana.ini", "auth.anonymous", "enabled");
    return [
      (secret === undefined || secret === "") && `${path}.admin.existingSecret is not set`,
      mustNotBeOn(anonymous, `${path}.grafana.ini auth.anonymous enabled`),
      mustNotBeOn(
        valueAt(grafana, "env", "GF_AUTH_ANONYMOUS_ENABLED"),
        `${path}.env.GF_AUTH_ANONYMOUS_ENABLED`,
      ),
    ];
  },
});

export const collectorInside = resourceRule({
  id: "k8s-otel-collector-not-exposed",
  title: "Collectors of spans listen inside the cluster",
  severity: "high",
  description:
    "A collector takes what it is sent from whoever reaches it: by the node's own network or a way in of its own that is everybody.",
  remedy: "Leave spec.hostNetwork and spec.ingress of the OpenTelemetryCollector out.",
  controls: { nsa: ["Pod security enforcement"], soc2: ["CC6.6"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: ["kubernetes:opentelemetry.io/v1beta1:OpenTelemetryCollector"],
  check: ({ props: { spec } }) => [
    mustNotBeOn(spec?.hostNetwork, "spec.hostNetwork"),
    (spec?.ingress?.type ?? "") !== "" && `spec.ingress.type is ${spec?.ingress?.type ?? ""}`,
  ],
});
