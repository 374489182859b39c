import { isSet, mustBeOneOf, show } from "../check";
import { fromStaging, inProd } from "../levels";
import { resourceRule, type Verdict } from "../rule";
import type { ClusterIssuerArgs } from "./customResources";

export const issuer = resourceRule({
  id: "k8s-certmanager-issuer",
  title: "Issuers make certificates that browsers believe",
  severity: "medium",
  description:
    "A certificate signed by itself, or by Let's Encrypt's staging, teaches people to click warnings away.",
  remedy: "Set spec.acme.server to an authority's production directory, and leave skipTLSVerify out.",
  controls: { soc2: ["CC6.7"], gdpr: ["32(1)(a)"] },
  levels: inProd,
  types: ["kubernetes:cert-manager.io/v1:ClusterIssuer"],
  check: ({ props: { spec } }) => [isSet(spec, "selfSigned") && "spec.selfSigned is set", acmeOf(spec?.acme)],
});

function acmeOf(acme: NonNullable<ClusterIssuerArgs["spec"]>["acme"]): Verdict {
  if (!acme) return undefined;
  const server = acme.server ?? "";
  return [
    !server.startsWith("https://") && "spec.acme.server is no https:// address",
    server.includes("acme-staging") && `spec.acme.server is ${show(server)}`,
    acme.skipTLSVerify === true && "spec.acme.skipTLSVerify is true",
  ];
}

export const privateKey = resourceRule({
  id: "k8s-certmanager-key",
  title: "Each certificate has a new key of today",
  severity: "medium",
  description:
    "A key that stays through renewals is worth stealing for years. An authority's has to stay, as what it signed is known by it.",
  remedy:
    'Set spec.privateKey with rotationPolicy "Always" ("Never" for an authority) and algorithm "ECDSA", "Ed25519", or "RSA" of 2048 bits.',
  controls: { soc2: ["CC6.1", "CC6.7"], gdpr: ["32(1)(a)"] },
  levels: fromStaging,
  types: ["kubernetes:cert-manager.io/v1:Certificate"],
  check: ({ props }) => {
    const { algorithm = "RSA", size = 2048, rotationPolicy } = props.spec?.privateKey ?? {};
    const rotations = props.spec?.isCA === true ? ["Always", "Never"] : ["Always"];
    return [
      mustBeOneOf(rotationPolicy, rotations, "spec.privateKey.rotationPolicy"),
      mustBeOneOf(algorithm, ["ECDSA", "Ed25519", "RSA"], "spec.privateKey.algorithm"),
      algorithm === "RSA" && size < 2048 && `spec.privateKey.size is ${size}, expected at least 2048`,
    ];
  },
});
