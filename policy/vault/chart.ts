import { isTrue, objectAt, show } from "../check";
import { charts, isCalled, textAt, valueAt } from "../kubernetes/charts";
import { fromStaging, inProd, strictInProd } from "../levels";
import { resourceRule } from "../rule";

const isVault = ({ props }: { readonly props: { readonly chart?: unknown } }): boolean =>
  isCalled(props.chart, "vault");

/** Configs of the server, of which the chart takes the one of its mode. */
function configOf(values: unknown): string {
  if (isTrue(valueAt(values, "server", "ha", "raft", "enabled")))
    return textAt(values, "server", "ha", "raft", "config") ?? "";
  if (isTrue(valueAt(values, "server", "ha", "enabled")))
    return textAt(values, "server", "ha", "config") ?? "";
  return textAt(values, "server", "standalone", "config") ?? "";
}

export const noDevMode = resourceRule({
  id: "vault-no-dev-mode",
  title: "Vault keeps what it is given",
  severity: "critical",
  description:
    "In dev mode Vault has everything in memory, is unsealed from the start and takes a root token that stands in the manual.",
  remedy: "Leave server.dev.enabled out of the chart's values.",
  controls: { soc2: ["A1.2", "CC6.1"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: charts,
  applies: isVault,
  check: ({ props }) =>
    isTrue(valueAt(objectAt(props.values, "values"), "server", "dev", "enabled")) &&
    "values.server.dev.enabled is true",
});

export const highlyAvailable = resourceRule({
  id: "vault-ha",
  title: "Vault outlives a node",
  severity: "high",
  description:
    "Services that can't renew what Vault gave them stop, one after the other; what one server has on its disk goes with the disk.",
  remedy: "Set server.ha.enabled, server.ha.raft.enabled and server.ha.replicas 3 or more.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(b)"] },
  levels: inProd,
  types: charts,
  applies: isVault,
  check: ({ props }) => {
    const ha = valueAt(objectAt(props.values, "values"), "server", "ha");
    // By the chart's own values there are three.
    const replicas = Number(valueAt(ha, "replicas") ?? 3);
    return [
      !isTrue(valueAt(ha, "enabled")) && "values.server.ha.enabled is not true",
      !isTrue(valueAt(ha, "raft", "enabled")) && "values.server.ha.raft.enabled is not true",
      !(replicas >= 3) && `values.server.ha.replicas is ${show(valueAt(ha, "replicas"))}, expected 3 or more`,
    ];
  },
});

export const tls = resourceRule({
  id: "vault-tls-enabled",
  title: "Vault speaks TLS",
  severity: "critical",
  description: "The chart's default is plain HTTP: every token and every secret is read on its way.",
  remedy: "Set global.tlsDisable to false, and leave tls_disable out of every listener.",
  controls: { soc2: ["CC6.7"], gdpr: ["32(1)(a)"] },
  levels: fromStaging,
  types: charts,
  applies: isVault,
  check: ({ props }) => {
    const values = objectAt(props.values, "values");
    const disabled = valueAt(values, "global", "tlsDisable");
    return [
      disabled !== false &&
        disabled !== "false" &&
        `values.global.tlsDisable is ${show(disabled)}, expected false`,
      /\btls_disable\s*=\s*"?(1|true)\b/.test(configOf(values)) && "a listener has tls_disable",
    ];
  },
});

export const autoUnseal = resourceRule({
  id: "vault-auto-unseal",
  title: "Vault is unsealed by a key of the cloud",
  severity: "high",
  description:
    "Without a seal of the cloud somebody brings the key's parts together after every restart, and has to keep them somewhere.",
  remedy: 'Add seal "awskms" or seal "gcpckms" with a key of this stack to the server\'s config.',
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: strictInProd,
  types: charts,
  applies: isVault,
  check: ({ props }) =>
    !/\bseal\s+"(awskms|gcpckms|azurekeyvault|ocikms|alicloudkms|transit|pkcs11)"\s*\{/.test(
      configOf(objectAt(props.values, "values")),
    ) && "the server's config has no seal of a cloud's key",
});
