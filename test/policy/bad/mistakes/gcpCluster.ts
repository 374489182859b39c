import { key } from "./gcpNames";
import { to, type Row } from "./mistake";

export const cluster: readonly Row[] = [
  ["Cluster fleet", "legacy authorization", "CKV_GCP_7", to(["enableLegacyAbac", false])],
  ["Cluster fleet", "alpha features", "CKV2_GCP_19", to(["enableKubernetesAlpha", false])],
  ["Cluster fleet", "no shielded nodes", "CKV_GCP_71", to(["enableShieldedNodes", true])],
  ["Cluster fleet", "client certificates", "CKV_GCP_13", to(["masterAuth", undefined])],
  [
    "Cluster fleet",
    "API server reachable from everywhere",
    "CKV_GCP_18, CKV_GCP_20",
    to(["masterAuthorizedNetworksConfig.cidrBlocks", [{ cidrBlock: "10.1.0.0/20" }]]),
  ],
  [
    "Cluster fleet",
    "nodes with public addresses",
    "CKV_GCP_64",
    to(["privateClusterConfig.enablePrivateNodes", true]),
  ],
  ["Cluster fleet", "network policies are not enforced", "CKV_GCP_12", to(["networkPolicy.enabled", true])],
  [
    "Cluster fleet",
    "no logs",
    "CKV_GCP_1",
    to(
      ["loggingService", undefined],
      ["loggingConfig", { enableComponents: ["SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER"] }],
    ),
  ],
  [
    "Cluster fleet",
    "no monitoring",
    "CKV_GCP_8",
    to(["monitoringService", "monitoring.googleapis.com/kubernetes"]),
  ],
  ["Cluster fleet", "no release channel", "CKV_GCP_70", to(["releaseChannel.channel", "REGULAR"])],
  [
    "Cluster fleet",
    "images are not attested",
    "CKV_GCP_66",
    to(["binaryAuthorization.evaluationMode", "PROJECT_SINGLETON_POLICY_ENFORCE"]),
  ],
  [
    "Cluster fleet",
    "secrets without a key of one's own",
    "CIS GKE 5.3.1",
    to(["databaseEncryption", { state: "ENCRYPTED", keyName: key }]),
  ],
  [
    "Cluster fleet",
    "no identities of workloads",
    "CIS GKE 5.2.2",
    to(["workloadIdentityConfig", { workloadPool: "bad-stack.svc.id.goog" }]),
  ],
  [
    "Cluster fleet",
    "no alias addresses",
    "CKV_GCP_23",
    to(["networkingMode", "VPC_NATIVE"], ["ipAllocationPolicy", {}]),
  ],
  [
    "Cluster fleet",
    "no groups in its access rules",
    "CKV_GCP_65",
    to(["authenticatorGroupsConfig", { securityGroup: "gke-security-groups@example.com" }]),
  ],
  [
    "Cluster fleet",
    "one zone",
    "Google Cloud's documentation: regional clusters",
    to(["location", "europe-west1"]),
  ],
  [
    "Cluster fleet",
    "may be deleted",
    "Google provider's documentation: deletionProtection",
    to(["deletionProtection", true]),
  ],
  ["NodePool fleet-nodes", "nodes are not repaired", "CKV_GCP_9", to(["management.autoRepair", true])],
  ["NodePool fleet-nodes", "nodes are not upgraded", "CKV_GCP_10", to(["management.autoUpgrade", true])],
  [
    "NodePool fleet-nodes",
    "not the container-optimized image",
    "CKV_GCP_22",
    to(["nodeConfig.imageType", "COS_CONTAINERD"]),
  ],
  [
    "NodePool fleet-nodes",
    "default service account",
    "CKV2_GCP_1",
    to(["nodeConfig.serviceAccount", "nodes@bad-stack.iam.gserviceaccount.com"]),
  ],
  [
    "NodePool fleet-nodes",
    "pods reach the machine's metadata",
    "CKV_GCP_69",
    to(["nodeConfig.workloadMetadataConfig.mode", "GKE_METADATA"]),
  ],
  [
    "NodePool fleet-nodes",
    "legacy metadata",
    "CIS GKE 6.4.1",
    to(["nodeConfig.metadata.disable-legacy-endpoints", "true"]),
  ],
  [
    "NodePool fleet-nodes",
    "no secure boot",
    "CKV_GCP_68",
    to(["nodeConfig.shieldedInstanceConfig.enableSecureBoot", true]),
  ],
  [
    "NodePool fleet-nodes",
    "integrity is not watched",
    "CKV_GCP_72",
    to(["nodeConfig.shieldedInstanceConfig.enableIntegrityMonitoring", true]),
  ],
];
