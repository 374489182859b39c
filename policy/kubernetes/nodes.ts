import { isSet, mustBeOn, mustBeOneOf, mustBeSet } from "../check";
import { always, fromStaging, strictInProd } from "../levels";
import { resourceRule } from "../rule";

const nodeClasses = ["kubernetes:karpenter.k8s.aws/v1:EC2NodeClass"] as const;
const nodePools = ["kubernetes:karpenter.sh/v1:NodePool"] as const;
const computeClasses = ["kubernetes:cloud.google.com/v1:ComputeClass"] as const;

export const disksEncrypted = resourceRule({
  id: "k8s-karpenter-encrypted",
  title: "Disks of Karpenter's nodes are under our key",
  severity: "high",
  description: "A node's disk holds images, logs and what pods put into an emptyDir.",
  remedy: "Set spec.blockDeviceMappings with ebs.encrypted true and ebs.kmsKeyID.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: fromStaging,
  types: nodeClasses,
  check: ({ props }) => {
    const disks = props.spec?.blockDeviceMappings ?? [];
    if (disks.length === 0) return "spec.blockDeviceMappings is empty";
    return disks.map(({ ebs }, index) => [
      mustBeOn(ebs?.encrypted, `spec.blockDeviceMappings[${index}].ebs.encrypted`),
      mustBeSet(ebs, "kmsKeyID", `spec.blockDeviceMappings[${index}].ebs.kmsKeyID`),
    ]);
  },
});

export const metadata = resourceRule({
  id: "k8s-karpenter-imdsv2",
  title: "Karpenter's nodes keep their credentials from pods",
  severity: "high",
  description: "Without a token, or from two hops away, a pod reads the node's own credentials.",
  remedy: 'Set spec.metadataOptions with httpTokens "required" and httpPutResponseHopLimit 1.',
  controls: {
    cisAws: ["6.7"],
    nsa: ["Protecting sensitive cloud infrastructure"],
    soc2: ["CC6.1"],
    gdpr: ["32(1)(b)"],
  },
  levels: always,
  types: nodeClasses,
  check: ({ props }) => [
    // Left out, Karpenter sets both as asked.
    mustBeOneOf(
      props.spec?.metadataOptions?.httpTokens ?? "required",
      ["required"],
      "spec.metadataOptions.httpTokens",
    ),
    mustBeOneOf(
      props.spec?.metadataOptions?.httpPutResponseHopLimit ?? 1,
      [1],
      "spec.metadataOptions.httpPutResponseHopLimit",
    ),
  ],
});

export const imagePinned = resourceRule({
  id: "k8s-karpenter-image-pinned",
  title: "Karpenter's nodes run the image that was tested",
  severity: "medium",
  description: "With @latest every node of the cluster is replaced on the day that AWS publishes an image.",
  remedy:
    "Name a version in spec.amiSelectorTerms, such as alias al2023@v20260930, and none of Amazon Linux 2.",
  controls: { soc2: ["CC7.1", "CC8.1"] },
  levels: strictInProd,
  types: nodeClasses,
  check: ({ props }) =>
    (props.spec?.amiSelectorTerms ?? []).map(({ alias = "" }, index) => [
      alias.endsWith("@latest") && `spec.amiSelectorTerms[${index}].alias is ${alias}`,
      // Without fixes since June 2026.
      alias.startsWith("al2@") && `spec.amiSelectorTerms[${index}].alias is of Amazon Linux 2`,
    ]),
});

export const privateNodes = resourceRule({
  id: "k8s-karpenter-private",
  title: "Karpenter's nodes have no public address",
  severity: "high",
  description: "A node on the internet is one open port away from everyone.",
  remedy: "Set spec.associatePublicIPAddress to false.",
  controls: { cisEks: ["5.4.3"], nsa: ["Worker node segmentation"], soc2: ["CC6.6"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: nodeClasses,
  check: ({ props }) =>
    mustBeOneOf(props.spec?.associatePublicIPAddress, [false], "spec.associatePublicIPAddress"),
});

export const nodesExpire = resourceRule({
  id: "k8s-karpenter-expiry",
  title: "Karpenter's nodes do not grow old",
  severity: "low",
  description: "A node that is replaced every month runs a patched kernel, and nothing can hide on it.",
  remedy: 'Leave spec.template.spec.expireAfter as it is, 720h, and never set "Never".',
  controls: { nsa: ["Upgrading and application security practices"], soc2: ["CC7.1"] },
  levels: strictInProd,
  types: nodePools,
  check: ({ props }) =>
    props.spec?.template?.spec?.expireAfter === "Never" && 'spec.template.spec.expireAfter is "Never"',
});

export const nodesLimited = resourceRule({
  id: "k8s-karpenter-limits",
  title: "Karpenter's pools have an end",
  severity: "medium",
  description: "A deployment with a slip of the finger, or a stranger's, buys machines until the quota ends.",
  remedy: "Set spec.limits with cpu and memory.",
  controls: { soc2: ["A1.1"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: nodePools,
  check: ({ props }) => [
    !isSet(props.spec?.limits, "cpu") && "spec.limits.cpu is not set",
    !isSet(props.spec?.limits, "memory") && "spec.limits.memory is not set",
  ],
});

export const computeClassEncrypted = resourceRule({
  id: "k8s-computeclass-encrypted",
  title: "Disks of GKE's compute classes are under our key",
  severity: "medium",
  description: "A node's disk holds images, logs and what pods put into an emptyDir.",
  remedy: "Set storage.bootDiskKMSKey in each of spec.priorities.",
  controls: { cisGke: ["5.9.2"], soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: strictInProd,
  types: computeClasses,
  check: ({ props }) =>
    (props.spec?.priorities ?? []).map(({ storage }, index) =>
      mustBeSet(storage, "bootDiskKMSKey", `spec.priorities[${index}].storage.bootDiskKMSKey`),
    ),
});

export const computeClassPrivate = resourceRule({
  id: "k8s-computeclass-hardened",
  title: "Nodes of GKE's compute classes are private, and nobody's by default",
  severity: "high",
  description: "Without an account of their own nodes wear Compute Engine's default one.",
  remedy:
    'Set spec.nodePoolConfig with ipType "private" and serviceAccount, and leave autoRepair and autoUpgrade true.',
  controls: {
    cisGke: ["5.2.1"],
    nsa: ["Worker node segmentation", "Upgrading and application security practices"],
    soc2: ["CC6.3", "CC6.6"],
    gdpr: ["32(1)(b)"],
  },
  levels: fromStaging,
  types: computeClasses,
  check: ({ props }) => {
    const { ipType, autoRepair, autoUpgrade } = props.spec?.nodePoolConfig ?? {};
    return [
      mustBeOneOf(ipType, ["private"], "spec.nodePoolConfig.ipType"),
      mustBeSet(props.spec?.nodePoolConfig, "serviceAccount", "spec.nodePoolConfig.serviceAccount"),
      autoRepair === false && "spec.nodePoolConfig.autoRepair is false",
      autoUpgrade === false && "spec.nodePoolConfig.autoUpgrade is false",
    ];
  },
});
