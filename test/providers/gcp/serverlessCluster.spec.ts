import assert from "node:assert/strict";
import type { ServerlessCluster, ServerlessClusterArgs } from "../../../components/cluster/serverlessCluster";
import type { Json, PlanResource } from "../../../preview/plan";
import type { Ran, TestRunOptions } from "../../support/run";
import { find, findAll, isSecretInput, valueOf } from "../../support/run";
import { networkArgs, onGcp } from "./stack";

async function makeCluster(
  args: Partial<ServerlessClusterArgs> = {},
  options?: TestRunOptions,
): Promise<Ran<ServerlessCluster>> {
  return await onGcp((cloud) => {
    const network = cloud.network("main-network", networkArgs, {});
    return cloud.serverlessCluster(
      "main",
      { network, version: "1.35", serverlessNamespaces: ["publishing"], ...args },
      {},
    );
  }, options);
}

function controlPlaneOf(resources: readonly PlanResource[]): Readonly<Record<string, Json>> {
  return find(resources, "gcp:container/cluster:Cluster", "main").inputs;
}

/** What the provider refuses beside `enableAutopilot` (its resource_container_cluster.go, `ConflictsWith`). */
const refused = [
  "addonsConfig.dnsCacheConfig",
  "addonsConfig.networkPolicyConfig",
  "addonsConfig.statefulHaConfig",
  "clusterAutoscaling.enabled",
  "clusterAutoscaling.resourceLimits",
  "defaultMaxPodsPerNode",
  "enableIntranodeVisibility",
  "enableShieldedNodes",
  "networkPolicy",
  "nodePools",
  "removeDefaultNodePool",
];

/** Each setting that makes an Autopilot cluster safe and is ours to say, exactly. */
const hardened: Readonly<Record<string, Json>> = {
  addonsConfig: {
    gkeBackupAgentConfig: { enabled: true },
    horizontalPodAutoscaling: { disabled: false },
    httpLoadBalancing: { disabled: false },
  },
  allowNetAdmin: false,
  anonymousAuthenticationConfig: { mode: "LIMITED" },
  binaryAuthorization: { evaluationMode: "PROJECT_SINGLETON_POLICY_ENFORCE" },
  controlPlaneEndpointsConfig: {
    dnsEndpointConfig: {
      allowExternalTraffic: true,
      enableK8sCertsViaDns: false,
      enableK8sTokensViaDns: false,
    },
    ipEndpointsConfig: { enabled: false },
  },
  costManagementConfig: { enabled: true },
  deletionProtection: true,
  enableAutopilot: true,
  enableLegacyAbac: false,
  location: "us-east1",
  loggingConfig: {
    enableComponents: ["SYSTEM_COMPONENTS", "APISERVER", "SCHEDULER", "CONTROLLER_MANAGER", "WORKLOADS"],
  },
  masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
  minMasterVersion: "1.35",
  monitoringConfig: {
    advancedDatapathObservabilityConfig: { enableMetrics: true, enableRelay: false },
    enableComponents: ["SYSTEM_COMPONENTS", "APISERVER", "SCHEDULER", "CONTROLLER_MANAGER"],
  },
  nodeLocations: ["us-east1-b", "us-east1-c", "us-east1-d"],
  nodePoolAutoConfig: { nodeKubeletConfig: { insecureKubeletReadonlyPortEnabled: "FALSE" } },
  privateClusterConfig: { enablePrivateEndpoint: true, enablePrivateNodes: true },
  rbacBindingConfig: {
    enableInsecureBindingSystemAuthenticated: false,
    enableInsecureBindingSystemUnauthenticated: false,
  },
  releaseChannel: { channel: "REGULAR" },
  securityPostureConfig: { mode: "BASIC" },
  workloadIdentityConfig: { workloadPool: "example-prod.svc.id.goog" },
};

describe("GcpServerlessCluster", () => {
  it("is an Autopilot cluster, hardened without being asked", async () => {
    const inputs = controlPlaneOf((await makeCluster()).resources);
    assert.deepEqual(Object.fromEntries(Object.keys(hardened).map((key) => [key, inputs[key]])), hardened);
  });

  it("says nothing that the provider refuses beside Autopilot, and makes no pool", async () => {
    const { resources } = await makeCluster();
    const inputs = controlPlaneOf(resources);
    for (const path of refused) {
      const value = path
        .split(".")
        .reduce<Json | undefined>(
          (at, key) => (at as Record<string, Json> | undefined)?.[key],
          inputs as Json,
        );
      assert.equal(value, undefined, path);
    }
    assert.deepEqual(findAll(resources, "gcp:container/nodePool:NodePool"), []);
  });

  it("has Google's nodes run as our account, under our key, each usable before the cluster is made", async () => {
    const { resources } = await makeCluster();
    const cluster = find(resources, "gcp:container/cluster:Cluster", "main");
    const key = find(resources, "gcp:kms/cryptoKey:CryptoKey", "main-disks");
    const account = find(resources, "gcp:serviceaccount/account:Account", "main-nodes");
    assert.deepEqual(
      [...(cluster.propertyDependencies["clusterAutoscaling"] ?? [])].sort(),
      [key.urn, account.urn].sort(),
    );
    assert.match(
      JSON.stringify(cluster.inputs["clusterAutoscaling"]),
      /"bootDiskKmsKey":"projects\/.*"serviceAccount":"main-nodes@/,
    );
    for (const name of ["main-disks-compute", "main-secrets-gke"]) {
      const grant = find(resources, "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember", name);
      assert.ok(cluster.dependencies.includes(grant.urn), name);
    }
    const roles = findAll(resources, "gcp:projects/iAMMember:IAMMember").filter(({ name }) =>
      name.startsWith("main-nodes-"),
    );
    assert.equal(roles.length, 2);
    for (const { urn } of roles) assert.ok(cluster.dependencies.includes(urn));
  });

  it("holds upgrades back in the times that the stack names, and refuses those that GKE would", async () => {
    const sale = { name: "sale", start: "2026-11-20T00:00:00Z", end: "2026-12-02T00:00:00Z" };
    const { resources } = await makeCluster({ maintenanceExclusions: [{ ...sale, scope: "noUpgrades" }] });
    assert.match(
      JSON.stringify(controlPlaneOf(resources)["maintenancePolicy"]),
      /"exclusionName":"sale","exclusionOptions":\{"scope":"NO_UPGRADES"\},"startTime":"2026-11-20T00:00:00Z"/,
    );
    await assert.rejects(
      makeCluster({ maintenanceExclusions: [{ ...sale, end: sale.start, scope: "noUpgrades" }] }),
      /cluster\.maintenanceExclusions\.0\.end: expected a time after/,
    );
  });

  it("opens the control plane's addresses to named blocks only", async () => {
    const { resources } = await makeCluster({ apiAccessCidrs: ["203.0.113.0/24"] });
    const inputs = controlPlaneOf(resources);
    assert.match(JSON.stringify(inputs["masterAuthorizedNetworksConfig"]), /"203\.0\.113\.0\/24"/);
    await assert.rejects(makeCluster({ apiAccessCidrs: ["0.0.0.0/0"] }), /apiAccessCidrs: expected blocks/);
  });

  it("is backed up, keeps its logs, has volumes under our key, and lets in whom the stack names", async () => {
    const admins = ["group:ops@example.com"];
    const { resources } = await makeCluster({ admins, backupRetentionDays: 14, logRetentionDays: 90 });
    const plan = find(resources, "gcp:gkebackup/backupPlan:BackupPlan");
    assert.match(JSON.stringify(plan.inputs), /"backupRetainDays":14/);
    const logs = find(resources, "gcp:logging/projectBucketConfig:ProjectBucketConfig", "main-logs");
    assert.equal(logs.inputs["retentionDays"], 90);
    const volumes = find(resources, "kubernetes:storage.k8s.io/v1:StorageClass", "main-volumes");
    assert.match(JSON.stringify(volumes.inputs), /"disk-encryption-kms-key":"projects\//);
    const admin = find(resources, "gcp:projects/iAMMember:IAMMember", "main-admin-group-ops-example-com");
    assert.equal(admin.inputs["role"], "roles/container.admin");
  });

  it("takes no backup where the stack wants none", async () => {
    const { resources } = await makeCluster({ backupRetentionDays: 0 });
    assert.deepEqual(findAll(resources, "gcp:gkebackup/backupPlan:BackupPlan"), []);
    const addons = JSON.stringify(controlPlaneOf(resources)["addonsConfig"]);
    assert.match(addons, /"gkeBackupAgentConfig":\{"enabled":false\}/);
  });

  it("can be deleted where it is not protected", async () => {
    const { resources } = await makeCluster({ protect: false });
    const cluster = find(resources, "gcp:container/cluster:Cluster", "main");
    assert.deepEqual([cluster.inputs["deletionProtection"], cluster.protect], [false, false]);
    assert.equal(find(await resourcesOf(), "gcp:container/cluster:Cluster", "main").protect, true);
  });

  it("says that its nodes are Google's, and asks for nothing in a namespace", async () => {
    const { result } = await makeCluster();
    assert.equal(result.managedNodes, true);
    assert.equal(result.identityEndpoints, undefined);
    const parent = result;
    assert.deepEqual(result.prepareNamespace("namespace", result.clusterName, { parent }), []);
    assert.match(await valueOf(result.endpoint), /^https:\/\/gke-.*\.gke\.goog$/);
  });

  it("hands out a kubeconfig that is secret and holds no credential", async () => {
    const { result, resources } = await makeCluster();
    const provider = find(resources, "pulumi:providers:kubernetes", "main");
    assert.ok(isSecretInput(provider, "kubeconfig"));
    assert.doesNotMatch(await valueOf(result.kubeconfig), /token|password|client-key|client-certificate/);
  });

  it("is a cluster on which workloads and teams have their rights as on any other of this cloud", async () => {
    const { resources } = await onGcp((cloud) => {
      const network = cloud.network("main-network", networkArgs, {});
      const cluster = cloud.serverlessCluster(
        "main",
        { network, version: "1.35", serverlessNamespaces: ["publishing"] },
        {},
      );
      return cloud.workloadIdentity(
        "main-api",
        { cluster, namespace: "publishing", serviceAccount: "api" },
        {},
      );
    });
    const binding = find(resources, "gcp:serviceaccount/iAMMember:IAMMember", "main-api-binding");
    assert.equal(binding.inputs["member"], "serviceAccount:example-prod.svc.id.goog[publishing/api]");
  });

  it("registers the same set whether outputs are known or not", async () => {
    const urns = async (preview: "known" | "unknown") =>
      (await makeCluster({}, { preview })).resources.map(({ urn }) => urn);
    assert.deepEqual(await urns("unknown"), await urns("known"));
  });

  it("refuses to be without a namespace, with one twice, and with one of Kubernetes' own", async () => {
    await assert.rejects(makeCluster({ serverlessNamespaces: [] }), /expected at least one, got none/);
    for (const serverlessNamespaces of [["a", "a"], ["kube-system"]]) {
      await assert.rejects(makeCluster({ serverlessNamespaces }), /serverlessNamespaces: expected each/);
    }
  });
});

async function resourcesOf(): Promise<readonly PlanResource[]> {
  return (await makeCluster()).resources;
}
