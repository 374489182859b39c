import { isTrue, mustBeSet, show } from "../check";
import { charts, isCalled, textAt } from "../kubernetes/charts";
import { always, fromStaging, onlyWarns } from "../levels";
import type { ResourceOf } from "../resource";
import { resourceRule, stackRule, type Verdict } from "../rule";
import type { Stack } from "../stack";
import { destinationRules, gateways, serviceEntries, sidecars, virtualServices } from "./types";

type Server = NonNullable<
  NonNullable<ResourceOf<(typeof gateways)[number]>["props"]["spec"]>["servers"]
>[number];
type TrafficPolicy = NonNullable<
  NonNullable<ResourceOf<(typeof destinationRules)[number]>["props"]["spec"]>["trafficPolicy"]
>;

/** Namespaces whose gateways have no way in from outside: their chart makes a Service of the cluster's own. */
function insideOnly(stack: Stack): ReadonlySet<string> {
  return stack.once("namespaces of gateways inside", (all) => {
    const inside = all
      .ofType(...charts)
      .filter(
        ({ props: { chart, values } }) =>
          isCalled(chart, "gateway") && textAt(values, "service", "type") === "ClusterIP",
      );
    return new Set(inside.map(({ props }) => props.namespace ?? ""));
  });
}

export const gatewayTls = stackRule({
  id: "istio-gateway-tls",
  title: "The mesh's gateways serve over TLS",
  severity: "high",
  description: "What comes in over plain HTTP is read on its way, and old versions of TLS can be read.",
  remedy:
    "Give each server protocol HTTPS, a host, tls.credentialName and no minProtocolVersion below TLSV1_2; HTTP only with tls.httpsRedirect, or behind a gateway that has TLS.",
  controls: { nsa: ["Encryption"], soc2: ["CC6.7"], gdpr: ["32(1)(a)"] },
  levels: fromStaging,
  types: gateways,
  check: ({ props: { metadata, spec } }, stack) => {
    const inside = insideOnly(stack).has(metadata?.namespace ?? "");
    return (spec?.servers ?? []).map((server, place) => serverOf(server, `spec.servers.${place}`, inside));
  },
});

/** Modes in which the gateway shows a certificate of its own. */
const terminating = ["SIMPLE", "MUTUAL", "OPTIONAL_MUTUAL"];

function serverOf(server: Server, path: string, inside: boolean): Verdict {
  const { port, tls } = server;
  if (["HTTPS", "TLS"].includes(port?.protocol ?? "")) return secureOf(server, path, inside);
  return (
    !inside &&
    !isTrue(tls?.httpsRedirect) &&
    `${path} is ${show(port?.protocol)} without httpsRedirect, on a gateway that may be reached from outside`
  );
}

function secureOf({ hosts = [], tls }: Server, path: string, inside: boolean): Verdict {
  if (tls === undefined) return `${path}.tls is not set`;
  return [
    !inside && hosts.some((host) => host === "*" || host === "*/*") && `${path}.hosts holds *`,
    ["TLSV1_0", "TLSV1_1"].includes(tls.minProtocolVersion ?? "") &&
      `${path}.tls.minProtocolVersion is ${show(tls.minProtocolVersion)}`,
    terminating.includes(tls.mode ?? "") && !hasCertificate(tls) && `${path}.tls names no certificate`,
  ];
}

function hasCertificate(tls: NonNullable<Server["tls"]>): boolean {
  return (
    (tls.credentialName ?? tls.serverCertificate ?? "") !== "" ||
    [...(tls.credentialNames ?? []), ...(tls.tlsCertificates ?? [])].length > 0
  );
}

export const destinationTls = resourceRule({
  id: "istio-destination-rule-tls",
  title: "Calls of the mesh are encrypted, and know whom they call",
  severity: "high",
  description:
    "With the mode DISABLE a call leaves in plain text, whatever the mesh asks; without a look at the certificate anybody may answer it.",
  remedy:
    "Leave tls.mode DISABLE and tls.insecureSkipVerify out of trafficPolicy, its portLevelSettings and the subsets.",
  controls: { nsa: ["Encryption", "Service meshes"], soc2: ["CC6.7"], gdpr: ["32(1)(a)"] },
  levels: always,
  types: destinationRules,
  check: ({ props: { spec } }) => [
    callsOf(spec?.trafficPolicy, "spec.trafficPolicy"),
    (spec?.subsets ?? []).map(({ name = "", trafficPolicy }) =>
      callsOf(trafficPolicy, `trafficPolicy of subset ${name}`),
    ),
  ],
});

function callsOf(policy: TrafficPolicy | undefined, path: string): Verdict {
  const ports = policy?.portLevelSettings ?? [];
  return [
    { tls: policy?.tls, at: path },
    ...ports.map(({ tls, port }) => ({ tls, at: `${path}, port ${String(port?.number)}` })),
  ].map(({ tls, at }) => [
    tls?.mode === "DISABLE" && `${at}: tls.mode is "DISABLE"`,
    isTrue(tls?.insecureSkipVerify) && `${at}: tls.insecureSkipVerify is true`,
  ]);
}

export const outliers = resourceRule({
  id: "istio-outlier-detection",
  title: "Calls stop at what does not answer",
  severity: "low",
  description:
    "Without bounds callers wait on a pod that hangs until they hang themselves; without ejection it gets its share again and again.",
  remedy: "Set trafficPolicy.connectionPool and trafficPolicy.outlierDetection.",
  controls: { soc2: ["A1.2"] },
  levels: onlyWarns,
  types: destinationRules,
  // One that only names subsets, or ports, says nothing of how the host is called.
  applies: ({ props: { spec } }) => spec?.trafficPolicy !== undefined,
  check: ({ props: { spec } }) => [
    mustBeSet(spec?.trafficPolicy, "connectionPool", "spec.trafficPolicy.connectionPool"),
    mustBeSet(spec?.trafficPolicy, "outlierDetection", "spec.trafficPolicy.outlierDetection"),
  ],
});

export const virtualHosts = resourceRule({
  id: "istio-virtual-service-hosts",
  title: "Routes of the mesh name their hosts",
  severity: "low",
  description: "A route of every host takes requests that another was to answer.",
  remedy: 'Name each host in spec.hosts, without "*".',
  controls: { soc2: ["CC6.6"] },
  levels: fromStaging,
  types: virtualServices,
  check: ({ props: { spec } }) => spec?.hosts?.includes("*") === true && "spec.hosts holds *",
});

export const knownDestinations = resourceRule({
  id: "istio-service-entry-hosts",
  title: "Whom the mesh may call outside has a name",
  severity: "medium",
  description: "An entry for every host lets the mesh call everybody, as if nothing had been asked.",
  remedy: 'Name each host in spec.hosts, without "*".',
  controls: { soc2: ["CC6.6"], gdpr: ["44"] },
  levels: fromStaging,
  types: serviceEntries,
  check: ({ props: { spec } }) =>
    (spec?.hosts ?? [])
      .filter((host) => /^\*(\.[a-z]+)?$/.test(host))
      .map((host) => `spec.hosts holds ${host}`),
});

export const sidecarEgress = resourceRule({
  id: "istio-sidecar-registry-only",
  title: "No proxy is more open than the mesh",
  severity: "medium",
  description: "A Sidecar's own outboundTrafficPolicy goes before that of the mesh.",
  remedy: "Leave spec.outboundTrafficPolicy out, or set its mode to REGISTRY_ONLY.",
  controls: { soc2: ["CC6.6"], gdpr: ["44"] },
  levels: fromStaging,
  types: sidecars,
  check: ({ props: { spec } }) =>
    spec?.outboundTrafficPolicy?.mode === "ALLOW_ANY" && 'spec.outboundTrafficPolicy.mode is "ALLOW_ANY"',
});
