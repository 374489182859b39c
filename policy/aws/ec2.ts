import { holdsCredential, isTrue, mustBeOn, mustBeOneOf, show } from "../check";
import { always } from "../levels";
import { resourceRule } from "../rule";

/** Sets only what is not as asked. */
function tokensAlone(
  {
    metadataOptions,
  }: { readonly metadataOptions?: { readonly httpPutResponseHopLimit?: number | undefined } | undefined },
  { maxHops }: { readonly maxHops: number },
) {
  const hops = metadataOptions?.httpPutResponseHopLimit;
  return {
    metadataOptions: {
      httpTokens: "required",
      httpPutResponseHopLimit: typeof hops === "number" && hops <= maxHops ? hops : maxHops,
    },
  };
}

const machines = ["aws:ec2/launchTemplate:LaunchTemplate", "aws:ec2/instance:Instance"] as const;

export const imdsv2 = resourceRule({
  id: "aws-ec2-imdsv2",
  title: "EC2 metadata needs a token and stays on the node",
  severity: "high",
  description:
    "A request forgery in any pod could otherwise fetch the node's credentials: version 2 needs a token, and a hop limit of 1 keeps pods out.",
  remedy: 'Set metadataOptions.httpTokens to "required" and metadataOptions.httpPutResponseHopLimit to 1.',
  controls: { cisAws: ["6.7"], soc2: ["CC6.1"] },
  levels: always,
  settings: {
    maxHops: {
      schema: {
        type: "integer",
        minimum: 1,
        maximum: 2,
        description: "Most hops a metadata answer may take.",
      },
      values: { dev: 1, staging: 1, prod: 1 },
    },
  },
  types: machines,
  check: ({ props: { metadataOptions } }, { maxHops }) => {
    const hops = metadataOptions?.httpPutResponseHopLimit;
    return [
      mustBeOneOf(metadataOptions?.httpTokens, ["required"], "metadataOptions.httpTokens"),
      !(typeof hops === "number" && hops <= maxHops) &&
        `metadataOptions.httpPutResponseHopLimit is ${show(hops)}, expected at most ${maxHops}`,
    ];
  },
  remediation: {
    "aws:ec2/launchTemplate:LaunchTemplate": tokensAlone,
    "aws:ec2/instance:Instance": tokensAlone,
  },
});

export const encryptedDisks = resourceRule({
  id: "aws-ec2-ebs-encrypted",
  title: "EC2 disks are encrypted",
  severity: "high",
  description: "Disks of nodes hold images, logs, emptyDirs and Secrets of the pods that ran there.",
  remedy:
    "Set encrypted on every block device (blockDeviceMappings[].ebs.encrypted on a launch template, rootBlockDevice.encrypted on an instance).",
  controls: { cisAws: ["6.1.1"], soc2: ["CC6.1"], gdpr: ["32(1)(a)"], pciDss: ["3.5.1"] },
  levels: always,
  types: [...machines, "aws:ebs/volume:Volume"],
  check: (resource) => {
    if (resource.type === "aws:ebs/volume:Volume")
      return !isTrue(resource.props.encrypted) && "encrypted is not true";
    if (resource.type === "aws:ec2/instance:Instance") {
      const { rootBlockDevice, ebsBlockDevices = [] } = resource.props;
      return [
        mustBeOn(rootBlockDevice?.encrypted, "rootBlockDevice.encrypted"),
        ebsBlockDevices.map((disk, place) => mustBeOn(disk.encrypted, `ebsBlockDevices[${place}].encrypted`)),
      ];
    }
    const disks = (resource.props.blockDeviceMappings ?? []).flatMap((disk) =>
      disk.ebs === undefined ? [] : [{ disk, encrypted: disk.ebs.encrypted }],
    );
    if (disks.length === 0)
      return "blockDeviceMappings names no disk, so the image's unencrypted one is used";
    return disks
      .filter(({ encrypted }) => !isTrue(encrypted))
      .map(
        ({ disk, encrypted }) =>
          `ebs.encrypted of ${disk.deviceName ?? "a disk"} is ${show(encrypted)}, expected true`,
      );
  },
});

export const noPublicIp = resourceRule({
  id: "aws-ec2-no-public-ip",
  title: "EC2 machines have no public address",
  severity: "high",
  description:
    "Nodes stand in private subnets; what must be reached from outside is reached through a load balancer.",
  remedy: "Leave associatePublicIpAddress out of the network interfaces.",
  controls: { soc2: ["CC6.6"], pciDss: ["1.4.1"] },
  levels: always,
  types: machines,
  check: (machine) =>
    machine.type === "aws:ec2/instance:Instance"
      ? isTrue(machine.props.associatePublicIpAddress) && "associatePublicIpAddress is true"
      : machine.props.networkInterfaces?.some(({ associatePublicIpAddress }) =>
          isTrue(associatePublicIpAddress),
        ) === true && "a network interface's associatePublicIpAddress is true",
});

export const noSecretsInUserData = resourceRule({
  id: "aws-ec2-no-secrets-in-user-data",
  title: "EC2 user data holds no credential",
  severity: "critical",
  description: "User data is readable by every process on the machine and by everyone who may describe it.",
  remedy: "Fetch the secret at start, by the machine's role, and take it out of userData.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(b)"], pciDss: ["8.6.2"] },
  levels: always,
  types: machines,
  check: ({ props: { userData } }) =>
    userData !== undefined &&
    (holdsCredential(userData) || holdsCredential(Buffer.from(userData, "base64").toString("utf8"))) &&
    "userData holds what looks like a credential",
});
