import { isSet, mustBeOn, show } from "../check";
import { always, fromStaging } from "../levels";
import { resourceRule } from "../rule";
import { isDefaultAccount } from "./members";

const machines = ["gcp:compute/instance:Instance", "gcp:compute/instanceTemplate:InstanceTemplate"] as const;

export const noPublicIp = resourceRule({
  id: "gcp-compute-vm-no-public-ip",
  title: "Machines have no public address",
  severity: "high",
  description:
    "Machines stand in the network; what must be reached from outside is reached through a load balancer, and people come by Identity-Aware Proxy.",
  remedy: "Leave accessConfigs and ipv6AccessConfigs out of networkInterfaces.",
  controls: { cisGcp: ["4.9"], soc2: ["CC6.6"], gdpr: ["32(1)(b)"], pciDss: ["1.4.1"] },
  levels: always,
  types: machines,
  check: ({ props }) =>
    (props.networkInterfaces ?? []).map(({ accessConfigs = [], ipv6AccessConfigs = [] }, index) => [
      accessConfigs.length > 0 && `networkInterfaces[${index}].accessConfigs is set`,
      ipv6AccessConfigs.length > 0 && `networkInterfaces[${index}].ipv6AccessConfigs is set`,
    ]),
});

export const shielded = resourceRule({
  id: "gcp-compute-vm-shielded",
  title: "Machines boot verified",
  severity: "high",
  description:
    "A machine whose boot is not verified starts whatever was left on its disk, below every other guard.",
  remedy:
    "Set shieldedInstanceConfig.enableSecureBoot, and leave enableVtpm and enableIntegrityMonitoring on.",
  controls: { cisGcp: ["4.8"], soc2: ["CC6.8"] },
  levels: fromStaging,
  types: machines,
  check: ({ props: { shieldedInstanceConfig: shield } }) => [
    mustBeOn(shield?.enableSecureBoot, "shieldedInstanceConfig.enableSecureBoot"),
    shield?.enableVtpm === false && "shieldedInstanceConfig.enableVtpm is false",
    shield?.enableIntegrityMonitoring === false &&
      "shieldedInstanceConfig.enableIntegrityMonitoring is false",
  ],
});

export const ownAccount = resourceRule({
  id: "gcp-compute-vm-service-account",
  title: "Machines have a service account of their own, or none",
  severity: "high",
  description: "The Compute Engine default account is an editor of the whole project in most projects.",
  remedy: "Set serviceAccount.email to an account made for the machine, or leave serviceAccount out.",
  controls: { cisGcp: ["4.1"], soc2: ["CC6.3"], gdpr: ["25"], pciDss: ["7.2.5"] },
  levels: always,
  types: machines,
  applies: ({ props }) => isSet(props, "serviceAccount"),
  check: ({ props: { serviceAccount } }) => {
    const email = serviceAccount?.email ?? "";
    if (email === "")
      return "serviceAccount.email is not set, so the machine is the Compute Engine default account";
    return (
      isDefaultAccount(email) && `serviceAccount.email is ${show(email)}, the Compute Engine default account`
    );
  },
});
