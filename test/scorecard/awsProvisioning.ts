import { given, type Setting } from "./setting";

const area = "nodes to measure";
const nodes = { area, type: "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass" };
const pool = { area, type: "kubernetes:karpenter.sh/v1:NodePool" };

/** What nodes made to measure have on AWS without being told. */
export const awsProvisioningSettings: readonly Setting[] = [
  {
    ...nodes,
    setting: "metadata of nodes made to measure by token only",
    path: "spec.metadataOptions.httpTokens",
    expected: "required",
    elsewhere: "Karpenter required",
    why: "a forged request can't read credentials (IMDSv2)",
  },
  {
    ...nodes,
    setting: "metadata out of reach of the pods on nodes made to measure",
    path: "spec.metadataOptions.httpPutResponseHopLimit",
    expected: 1,
    elsewhere: "Karpenter 1",
    why: "EKS best practices: pods have Pod Identity, not the node's role",
  },
  {
    ...nodes,
    setting: "disks of nodes made to measure encrypted with a key of our own",
    path: "spec.blockDeviceMappings.*.ebs.kmsKeyID",
    expected: given,
    elsewhere: "-",
    why: "image layers and emptyDir volumes lie there",
  },
  {
    ...nodes,
    setting: "nodes made to measure without public addresses",
    path: "spec.associatePublicIPAddress",
    expected: false,
    elsewhere: "-",
    why: "nothing on the internet starts a connection to a node",
  },
  {
    ...nodes,
    setting: "image of nodes made to measure pinned to a release",
    path: "spec.amiSelectorTerms.*.alias",
    expected: {
      words: "al2023@vYYYYMMDD",
      holds: (value) => typeof value === "string" && /^al2023@v\d{8}$/.test(value),
    },
    elsewhere: "tf-eks' example bottlerocket@latest",
    why: "EKS best practices: a new image is tried before prod has it",
  },
  {
    ...pool,
    setting: "vCPUs of nodes made to measure limited",
    path: "spec.limits.cpu",
    expected: given,
    elsewhere: "-",
    why: "EKS best practices: a runaway workload can't buy without end",
  },
  {
    ...pool,
    setting: "nodes made to measure replaced a tenth at a time",
    path: "spec.disruption.budgets.*.nodes",
    expected: "10%",
    elsewhere: "Karpenter 10%",
    why: "consolidation and new images leave the rest serving",
  },
  {
    ...pool,
    setting: "deletion of the pool of nodes made to measure refused by Pulumi",
    path: "option:protect",
    expected: true,
    elsewhere: "-",
    why: "all its nodes would go with it (karpenter-provider-aws#6905)",
  },
  {
    area,
    type: "aws:sqs/queue:Queue",
    only: /provisioning-queue$/,
    setting: "queue of interruptions encrypted",
    path: "sqsManagedSseEnabled",
    expected: true,
    elsewhere: "tf-eks true",
    why: "AWS Foundational Security Best Practices, SQS.1",
  },
];
