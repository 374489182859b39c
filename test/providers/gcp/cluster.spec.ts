import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import type { Cluster, ClusterArgs } from "../../../components/cluster/cluster";
import type { Json, PlanResource } from "../../../preview/plan";
import type { Ran, TestRunOptions } from "../../support/run";
import { find, findAll, isSecretInput, valueOf } from "../../support/run";
import { clusterArgs, networkArgs, onGcp, textOf } from "./stack";

async function makeCluster(args: Partial<ClusterArgs> = {}, options?: TestRunOptions): Promise<Ran<Cluster>> {
  return await onGcp((cloud) => {
    const network = cloud.network("main-network", networkArgs, {});
    return cloud.cluster("main", { ...clusterArgs, network, ...args }, {});
  }, options);
}

function controlPlaneOf(resources: readonly PlanResource[]): Readonly<Record<string, Json>> {
  return find(resources, "gcp:container/cluster:Cluster", "main").inputs;
}

/** Each setting that makes a cluster safe, exactly: Google's golden path, the CIS benchmark, and what neither has. */
const hardened: Readonly<Record<string, Json>> = {
  addonsConfig: {
    dnsCacheConfig: { enabled: true },
    gcePersistentDiskCsiDriverConfig: { enabled: true },
    gkeBackupAgentConfig: { enabled: true },
    horizontalPodAutoscaling: { disabled: false },
    httpLoadBalancing: { disabled: false },
  },
  anonymousAuthenticationConfig: { mode: "LIMITED" },
  binaryAuthorization: { evaluationMode: "PROJECT_SINGLETON_POLICY_ENFORCE" },
  clusterAutoscaling: { autoscalingProfile: "OPTIMIZE_UTILIZATION", enabled: false },
  controlPlaneEndpointsConfig: {
    dnsEndpointConfig: {
      allowExternalTraffic: true,
      enableK8sCertsViaDns: false,
      enableK8sTokensViaDns: false,
    },
    ipEndpointsConfig: { enabled: false },
  },
  costManagementConfig: { enabled: true },
  datapathProvider: "ADVANCED_DATAPATH",
  deletionProtection: true,
  dnsConfig: {
    clusterDns: "CLOUD_DNS",
    clusterDnsDomain: "cluster.local",
    clusterDnsScope: "CLUSTER_SCOPE",
  },
  enableIntranodeVisibility: true,
  enableL4IlbSubsetting: true,
  enableLegacyAbac: false,
  enableShieldedNodes: true,
  gatewayApiConfig: { channel: "CHANNEL_STANDARD" },
  location: "us-east1",
  loggingConfig: {
    enableComponents: ["SYSTEM_COMPONENTS", "APISERVER", "SCHEDULER", "CONTROLLER_MANAGER", "WORKLOADS"],
  },
  maintenancePolicy: {
    disruptionBudget: {
      minorVersionDisruptionInterval: "7776000s",
      patchVersionDisruptionInterval: "604800s",
    },
    recurringMaintenanceWindow: {
      recurrence: "FREQ=WEEKLY;BYDAY=TU,WE,TH",
      windowDuration: "5h",
      windowStartTime: { hours: 1, minutes: 0, seconds: 0 },
    },
  },
  masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
  minMasterVersion: "1.35",
  monitoringConfig: {
    advancedDatapathObservabilityConfig: { enableMetrics: true, enableRelay: false },
    enableComponents: ["SYSTEM_COMPONENTS", "APISERVER", "SCHEDULER", "CONTROLLER_MANAGER"],
    managedPrometheus: { enabled: false },
  },
  networkingMode: "VPC_NATIVE",
  nodeLocations: ["us-east1-b", "us-east1-c", "us-east1-d"],
  nodePoolAutoConfig: { nodeKubeletConfig: { insecureKubeletReadonlyPortEnabled: "FALSE" } },
  nodePoolDefaults: {
    nodeConfigDefaults: { gcfsConfig: { enabled: true }, insecureKubeletReadonlyPortEnabled: "FALSE" },
  },
  podAutoscaling: { hpaProfile: "PERFORMANCE" },
  privateClusterConfig: { enablePrivateEndpoint: true, enablePrivateNodes: true },
  rbacBindingConfig: {
    enableInsecureBindingSystemAuthenticated: false,
    enableInsecureBindingSystemUnauthenticated: false,
  },
  releaseChannel: { channel: "REGULAR" },
  removeDefaultNodePool: true,
  secretManagerConfig: { enabled: true, rotationConfig: { enabled: true, rotationInterval: "120s" } },
  securityPostureConfig: { mode: "BASIC" },
  serviceExternalIpsConfig: { enabled: false },
  verticalPodAutoscaling: { enabled: true },
  workloadIdentityConfig: { workloadPool: "example-prod.svc.id.goog" },
};

describe("GcpCluster", () => {
  it("hardens the control plane without being asked", async () => {
    const inputs = controlPlaneOf((await makeCluster()).resources);
    assert.deepEqual(Object.fromEntries(Object.keys(hardened).map((key) => [key, inputs[key]])), hardened);
  });

  it("holds upgrades back in the times that the stack names, and in no others", async () => {
    const exclusions = [
      ["noUpgrades", "NO_UPGRADES"],
      ["noMinorUpgrades", "NO_MINOR_UPGRADES"],
      ["noMinorOrNodeUpgrades", "NO_MINOR_OR_NODE_UPGRADES"],
    ] as const;
    const [start, end] = ["2026-11-20T00:00:00Z", "2026-12-02T00:00:00Z"];
    const { resources } = await makeCluster({
      maintenanceExclusions: exclusions.map(([scope]) => ({ name: scope, start, end, scope })),
    });
    assert.deepEqual(controlPlaneOf(resources)["maintenancePolicy"], {
      ...(hardened["maintenancePolicy"] as object),
      maintenanceExclusions: exclusions.map(([exclusionName, scope]) => ({
        exclusionName,
        startTime: start,
        endTime: end,
        exclusionOptions: { scope },
      })),
    });
    await assert.rejects(
      makeCluster({ maintenanceExclusions: [{ name: "sale", start: end, end: start, scope: "noUpgrades" }] }),
      /cluster\.maintenanceExclusions\.0\.end: expected a time after/,
    );
  });

  it("never says enableAutopilot, with which Standard clusters fail", async () => {
    assert.ok(!("enableAutopilot" in controlPlaneOf((await makeCluster()).resources)));
  });

  it("encrypts Secrets and disks with a key each, that Google's agent may use first", async () => {
    const { resources } = await makeCluster();
    const cluster = find(resources, "gcp:container/cluster:Cluster", "main");
    for (const [key, user, agent] of [
      ["main-secrets", "gke", "container-engine-robot"],
      ["main-disks", "compute", "compute-system"],
    ] as const) {
      const grant = find(resources, "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember", `${key}-${user}`);
      assert.equal(
        grant.inputs["member"],
        `serviceAccount:service-123456789012@${agent}.iam.gserviceaccount.com`,
      );
      assert.equal(grant.inputs["role"], "roles/cloudkms.cryptoKeyEncrypterDecrypter");
      assert.ok(cluster.dependencies.includes(grant.urn));
    }
    const secretsKey = find(resources, "gcp:kms/cryptoKey:CryptoKey", "main-secrets");
    assert.deepEqual(cluster.propertyDependencies["databaseEncryption"], [secretsKey.urn]);
    assert.match(JSON.stringify(cluster.inputs["databaseEncryption"]), /"state":"ENCRYPTED"/);
  });

  it("opens the control plane's addresses to named blocks only", async () => {
    const { resources } = await makeCluster({ apiAccessCidrs: ["203.0.113.0/24"] });
    const inputs = controlPlaneOf(resources);
    assert.deepEqual(inputs["masterAuthorizedNetworksConfig"], {
      cidrBlocks: [{ cidrBlock: "203.0.113.0/24" }],
      gcpPublicCidrsAccessEnabled: false,
      privateEndpointEnforcementEnabled: true,
    });
    assert.deepEqual(inputs["privateClusterConfig"], {
      enablePrivateEndpoint: false,
      enablePrivateNodes: true,
    });
    assert.match(
      JSON.stringify(inputs["controlPlaneEndpointsConfig"]),
      /"ipEndpointsConfig":\{"enabled":true\}/,
    );
  });

  for (const cidr of ["0.0.0.0/0", "::/0"]) {
    it(`refuses to open them to ${cidr}`, async () => {
      await assert.rejects(
        makeCluster({ apiAccessCidrs: ["203.0.113.0/24", cidr] }),
        new RegExp(`apiAccessCidrs: expected blocks smaller than the whole internet, got ${cidr}`),
      );
    });
  }

  it("refuses a name that would pass GKE's limit", async () => {
    await assert.rejects(
      onGcp((cloud) => {
        const network = cloud.network("main-network", networkArgs, {});
        return cloud.cluster("a".repeat(33), { ...clusterArgs, network }, {});
      }),
      /cluster name: expected at most 32 characters/,
    );
  });

  it("can be taken down where it is not protected", async () => {
    const { resources } = await makeCluster({ protect: false });
    assert.equal(controlPlaneOf(resources)["deletionProtection"], false);
    assert.deepEqual(
      resources.filter((resource) => resource.parent?.includes("groundwork:gcp:Cluster") && resource.protect),
      [],
    );
    const storageClass = find(resources, "kubernetes:storage.k8s.io/v1:StorageClass", "main-volumes");
    assert.equal(storageClass.inputs["reclaimPolicy"], "Delete");
  });

  it("gives nodes an account of their own with two roles", async () => {
    const { resources } = await makeCluster();
    const { inputs } = find(resources, "gcp:serviceaccount/account:Account", "main-nodes");
    assert.equal(inputs["accountId"], "main-nodes");
    const roles = findAll(resources, "gcp:projects/iAMMember:IAMMember").map((grant) => [
      grant.inputs["member"],
      grant.inputs["role"],
    ]);
    const nodes = "serviceAccount:main-nodes@example-prod.iam.gserviceaccount.com";
    assert.deepEqual(roles, [
      [nodes, "roles/artifactregistry.reader"],
      [nodes, "roles/container.defaultNodeServiceAccount"],
    ]);
  });

  it("lets admins into this cluster alone", async () => {
    const { result, resources } = await makeCluster({ admins: ["group:ops@example.com"] });
    const cluster = `projects/example-prod/locations/us-east1/clusters/${await valueOf(result.clusterName)}`;
    assert.deepEqual(
      find(resources, "gcp:projects/iAMMember:IAMMember", "main-admin-group-ops-example-com").inputs,
      {
        project: "example-prod",
        role: "roles/container.admin",
        member: "group:ops@example.com",
        condition: {
          title: "these-resources-only",
          expression: `resource.name == "${cluster}" || resource.name.startsWith("${cluster}/")`,
        },
      },
    );
  });

  it("hands out a secret kubeconfig for the DNS endpoint, with nothing in it to steal", async () => {
    const { result, resources } = await makeCluster();
    const endpoint = await valueOf(result.endpoint);
    assert.match(endpoint, /^https:\/\/gke-[0-9a-f]+-123456789012\.us-east1\.gke\.goog$/);
    assert.ok(await pulumi.isSecret(result.kubeconfig));
    const kubeconfig: unknown = parse(await valueOf(result.kubeconfig));
    const name = await valueOf(result.clusterName);
    assert.deepEqual(kubeconfig, {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name, cluster: { server: endpoint } }],
      contexts: [{ name, context: { cluster: name, user: name } }],
      "current-context": name,
      users: [
        {
          name,
          user: {
            exec: {
              apiVersion: "client.authentication.k8s.io/v1beta1",
              command: "gke-gcloud-auth-plugin",
              installHint: "gcloud components install gke-gcloud-auth-plugin",
              interactiveMode: "IfAvailable",
              provideClusterInfo: true,
            },
          },
        },
      ],
    });
    assert.ok(isSecretInput(find(resources, "pulumi:providers:kubernetes"), "kubeconfig"));
  });

  it("has a default StorageClass whose volumes have our key", async () => {
    const { result, resources } = await makeCluster();
    const { inputs, dependencies } = find(
      resources,
      "kubernetes:storage.k8s.io/v1:StorageClass",
      "main-volumes",
    );
    const key = find(resources, "gcp:kms/cryptoKey:CryptoKey", "main-disks");
    const { "disk-encryption-kms-key": keyName, ...parameters } = inputs["parameters"] as Record<
      string,
      Json
    >;
    assert.match(textOf(keyName), /\/cryptoKeys\/main-disks-/);
    assert.ok(dependencies.includes(key.urn));
    assert.deepEqual(parameters, { type: "pd-balanced" });
    assert.deepEqual(inputs["metadata"], {
      name: result.storageClassName,
      annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
    });
    assert.equal(inputs["volumeBindingMode"], "WaitForFirstConsumer");
    assert.equal(inputs["allowVolumeExpansion"], true);
    assert.equal(inputs["reclaimPolicy"], "Retain");
  });

  it("is ready once its volumes' class is there, which the stores of metrics are made of", async () => {
    const { resources, result } = await makeCluster();
    const { urn } = find(resources, "kubernetes:storage.k8s.io/v1:StorageClass", "main-volumes");
    const ready = await Promise.all(result.ready.map(async (resource) => await valueOf(resource.urn)));
    assert.ok(ready.includes(urn));
    assert.ok(ready.includes(find(resources, "gcp:container/nodePool:NodePool").urn));
  });

  it("says nothing of networks where the control plane has no address", async () => {
    const inputs = controlPlaneOf((await makeCluster()).resources);
    assert.ok(!("masterAuthorizedNetworksConfig" in inputs));
  });

  it("names its log bucket anew each time, as a deleted one's name stays taken for a week", async () => {
    const { resources } = await makeCluster();
    const bucket = find(resources, "gcp:logging/projectBucketConfig:ProjectBucketConfig", "main-logs");
    assert.match(textOf(bucket.inputs["bucketId"]), /^main-logs-[0-9a-f]{8}$/);
  });

  it("keeps the control plane's logs as long as it is told, but not its audit logs, which are kept already", async () => {
    const { resources } = await makeCluster({ logRetentionDays: 400 });
    const bucket = find(resources, "gcp:logging/projectBucketConfig:ProjectBucketConfig", "main-logs");
    assert.equal(bucket.inputs["retentionDays"], 400);
    assert.match(
      textOf(find(resources, "gcp:logging/projectSink:ProjectSink", "main-logs").inputs["filter"]),
      /^resource\.type=\("k8s_cluster" OR "k8s_control_plane_component"\) AND resource\.labels\.cluster_name="main-\w+" AND NOT logName:"cloudaudit\.googleapis\.com"$/,
    );
  });
});
