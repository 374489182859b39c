import { mustBeOneOf } from "../check";
import { fromStaging } from "../levels";
import { resourceRule, type Verdict } from "../rule";
import type { GatewayArgs } from "./customResources";

type Listener = NonNullable<NonNullable<GatewayArgs["spec"]>["listeners"]>[number];

/** Versions that are broken, or have been taken back (RFC 8996). */
const oldProtocols = ["SSLv2", "SSLv3", "TLSv1", "TLSv1.1"];

export const gatewayTls = resourceRule({
  id: "k8s-gateway-tls",
  title: "Gateways serve every host over TLS",
  severity: "high",
  description:
    "A route on a listener of plain HTTP is served in the clear, cookies and all, and old versions of TLS can be read.",
  remedy:
    "Give each listener protocol HTTPS and a certificate, and let routes of the Gateway's own namespace alone attach to one of HTTP, to send on to HTTPS.",
  controls: { nsa: ["Encryption"], soc2: ["CC6.7"], gdpr: ["32(1)(a)"] },
  levels: fromStaging,
  types: ["kubernetes:gateway.networking.k8s.io/v1:Gateway"],
  check: ({ props: { spec } }) => (spec?.listeners ?? []).map(listenerOf),
});

function listenerOf(listener: Listener): Verdict {
  const { name = "", protocol, tls } = listener;
  if (protocol === "HTTP") return plainOf(listener);
  if (tls?.mode === "Passthrough") return undefined;
  return [
    mustBeOneOf(protocol, ["HTTPS", "TLS"], `protocol of listener ${name}`),
    (tls?.certificateRefs ?? []).length === 0 && `listener ${name} has no certificate`,
    oldOf(tls?.options?.["nginx.org/ssl-protocols"]).map((old) => `listener ${name} speaks ${old}`),
  ];
}

function plainOf({ name = "", allowedRoutes }: Listener): Verdict {
  const { from = "Same" } = allowedRoutes?.namespaces ?? {};
  return from !== "Same" && `listener ${name} is HTTP, for routes of other namespaces`;
}

function oldOf(protocols = ""): readonly string[] {
  return protocols.split(" ").filter((version) => oldProtocols.includes(version));
}

export const gatewayHosts = resourceRule({
  id: "k8s-gateway-hosts",
  title: "Gateways answer to names, and to routes of namespaces that are named",
  severity: "medium",
  description:
    "A listener without a host answers to every name, and one that all namespaces attach to lets any of them take a host over.",
  remedy: "Set hostname, and allowedRoutes.namespaces.from Same or Selector.",
  controls: { soc2: ["CC6.1", "CC6.6"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: ["kubernetes:gateway.networking.k8s.io/v1:Gateway"],
  check: ({ props: { spec } }) =>
    (spec?.listeners ?? []).map(({ name = "", hostname, protocol, allowedRoutes }) => [
      allowedRoutes?.namespaces?.from === "All" && `listener ${name} takes routes of all namespaces`,
      protocol !== "HTTP" && (hostname ?? "") === "" && `listener ${name} has no hostname`,
    ]),
});
