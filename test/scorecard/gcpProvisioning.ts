import { given, type Setting } from "./setting";

const area = "nodes to measure";
const cluster = { area, type: "gcp:container/cluster:Cluster" };
const nodes = { area, type: "kubernetes:cloud.google.com/v1:ComputeClass" };

/** What nodes made to measure have on GCP without being told. */
export const gcpProvisioningSettings: readonly Setting[] = [
  {
    ...cluster,
    setting: "nodes made to measure start verified",
    path: "clusterAutoscaling.autoProvisioningDefaults.shieldedInstanceConfig.enableSecureBoot",
    expected: true,
    elsewhere: "-",
    why: "CIS GKE, node configuration",
  },
  {
    ...cluster,
    setting: "nodes made to measure are repaired",
    path: "clusterAutoscaling.autoProvisioningDefaults.management.autoRepair",
    expected: true,
    elsewhere: "-",
    why: "CIS GKE, node configuration",
  },
  {
    ...cluster,
    setting: "nodes made to measure are upgraded",
    path: "clusterAutoscaling.autoProvisioningDefaults.management.autoUpgrade",
    expected: true,
    elsewhere: "-",
    why: "CIS GKE, node configuration",
  },
  {
    ...cluster,
    setting: "account of nodes made to measure is not the project's default one",
    path: "clusterAutoscaling.autoProvisioningDefaults.serviceAccount",
    expected: given,
    elsewhere: "-",
    why: "the default account may edit the project",
  },
  {
    ...cluster,
    setting: "nodes of the cluster limited, made to measure ones with them",
    path: "clusterAutoscaling.resourceLimits.0.maximum",
    // six nodes of four in the pool, and a hundred
    expected: 136,
    elsewhere: "-",
    why: "a runaway workload can't buy without end",
  },
  {
    ...nodes,
    setting: "disks of nodes made to measure encrypted with a key of our own",
    path: "spec.priorities.*.storage.bootDiskKMSKey",
    expected: given,
    elsewhere: "-",
    why: "image layers and emptyDir volumes lie there",
  },
  {
    ...nodes,
    setting: "nodes made to measure without public addresses",
    path: "spec.nodePoolConfig.ipType",
    expected: "private",
    elsewhere: "-",
    why: "nothing on the internet starts a connection to a node",
  },
  {
    ...nodes,
    setting: "deletion of the class of nodes made to measure refused by Pulumi",
    path: "option:protect",
    expected: true,
    elsewhere: "-",
    why: "its nodes would go with it",
  },
];
