import { mustBeSet, mustNotBeOn, show } from "../check";
import { always, strictInProd } from "../levels";
import { resourceRule } from "../rule";

const machines = ["gcp:compute/instance:Instance", "gcp:compute/instanceTemplate:InstanceTemplate"] as const;

export const signIn = resourceRule({
  id: "gcp-compute-vm-sign-in",
  title: "People come to machines by OS Login alone",
  severity: "medium",
  description:
    "Keys in metadata are nobody's and stay when their owner goes; the serial port has no firewall before it.",
  remedy:
    "In metadata set block-project-ssh-keys to true, and leave enable-oslogin and serial-port-enable as they are.",
  controls: { cisGcp: ["4.3", "4.4", "4.5"], soc2: ["CC6.1", "CC6.2"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: machines,
  check: ({ props: { metadata = {} } }) => {
    const value = (key: string): string | undefined => metadata[key]?.toLowerCase();
    return [
      value("block-project-ssh-keys") !== "true" &&
        value("enable-oslogin") !== "true" &&
        `metadata.block-project-ssh-keys is ${show(metadata["block-project-ssh-keys"])}, expected true`,
      value("enable-oslogin") === "false" && "metadata.enable-oslogin is false",
      ["true", "1"].includes(value("serial-port-enable") ?? "") && "metadata.serial-port-enable is on",
    ];
  },
});

export const noForwarding = resourceRule({
  id: "gcp-compute-vm-no-forwarding",
  title: "Machines carry no packets of others",
  severity: "medium",
  description: "A machine that forwards lets traffic past the rules that are about where it comes from.",
  remedy: "Leave canIpForward out.",
  controls: { cisGcp: ["4.6"], soc2: ["CC6.6"] },
  levels: always,
  types: machines,
  check: ({ props }) => mustNotBeOn(props.canIpForward, "canIpForward"),
});

export const diskKey = resourceRule({
  id: "gcp-compute-vm-cmek",
  title: "Machines' disks are under our key",
  severity: "low",
  description: "With a key of ours every use is logged, and withdrawing the key makes lost disks unreadable.",
  remedy: "Set bootDisk.kmsKeySelfLink.",
  controls: { cisGcp: ["4.7"], soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: strictInProd,
  types: ["gcp:compute/instance:Instance"],
  check: ({ props: { bootDisk } }) => mustBeSet(bootDisk, "kmsKeySelfLink", "bootDisk.kmsKeySelfLink"),
});
