import * as gcp from "@pulumi/gcp";
import type { CustomResourceOptions } from "@pulumi/pulumi";

/** A cluster of GKE and its nodes. */
export function googleCluster(opts: CustomResourceOptions): void {
  const cluster = new gcp.container.Cluster(
    "fleet",
    {
      location: "europe-west1-b",
      enableLegacyAbac: true,
      enableKubernetesAlpha: true,
      enableShieldedNodes: false,
      masterAuth: { clientCertificateConfig: { issueClientCertificate: true } },
      masterAuthorizedNetworksConfig: { cidrBlocks: [{ cidrBlock: "0.0.0.0/0", displayName: "all" }] },
      privateClusterConfig: { enablePrivateNodes: false, enablePrivateEndpoint: false },
      networkPolicy: { enabled: false },
      loggingService: "none",
      monitoringService: "none",
      releaseChannel: { channel: "UNSPECIFIED" },
      binaryAuthorization: { evaluationMode: "DISABLED" },
      databaseEncryption: { state: "DECRYPTED" },
      deletionProtection: false,
      initialNodeCount: 1,
      networkingMode: "ROUTES",
    },
    opts,
  );
  new gcp.container.NodePool(
    "fleet-nodes",
    {
      cluster: cluster.name,
      management: { autoRepair: false, autoUpgrade: false },
      nodeConfig: {
        imageType: "UBUNTU_CONTAINERD",
        serviceAccount: "default",
        oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
        workloadMetadataConfig: { mode: "GCE_METADATA" },
        metadata: { "disable-legacy-endpoints": "false" },
        shieldedInstanceConfig: { enableIntegrityMonitoring: false, enableSecureBoot: false },
      },
    },
    opts,
  );
}
