import {
  isSet,
  mustBeOff,
  mustBeOn,
  mustBeOneOf,
  mustBeSet,
  mustHold,
  mustNotBeOn,
  prefixLength,
  show,
} from "../check";
import { always, fromStaging, inProd, offInDev } from "../levels";
import { resourceRule } from "../rule";
import { isDefaultAccount } from "./members";

const clusters = ["gcp:container/cluster:Cluster"] as const;
const nodePools = ["gcp:container/nodePool:NodePool"] as const;

export const authorizedNetworks = resourceRule({
  id: "gcp-gke-authorized-networks",
  title: "GKE's control plane is not open to the internet",
  severity: "critical",
  description:
    "Without masterAuthorizedNetworksConfig the control plane's addresses answer everyone; one leaked credential is then enough.",
  remedy:
    "Switch controlPlaneEndpointsConfig.ipEndpointsConfig off, or set masterAuthorizedNetworksConfig with the few blocks that need it.",
  controls: {
    cisGke: ["5.6.3", "5.6.4"],
    nsa: ["Control plane hardening"],
    soc2: ["CC6.6"],
    gdpr: ["32(1)(b)"],
  },
  levels: always,
  settings: {
    shortestPrefix: {
      schema: {
        type: "integer",
        minimum: 8,
        maximum: 32,
        description: "Widest IPv4 block allowed, as a prefix length.",
      },
      values: { dev: 16, staging: 24, prod: 24 },
    },
  },
  types: clusters,
  check: ({ props }, { shortestPrefix }) => {
    if (props.controlPlaneEndpointsConfig?.ipEndpointsConfig?.enabled === false) return;
    const networks = props.masterAuthorizedNetworksConfig;
    if (networks === undefined) {
      return "masterAuthorizedNetworksConfig is not set, so the control plane's addresses answer everyone";
    }
    return (networks.cidrBlocks ?? [])
      .filter(({ cidrBlock }) => prefixLength(cidrBlock) < shortestPrefix)
      .map(
        ({ cidrBlock }) =>
          `masterAuthorizedNetworksConfig holds ${show(cidrBlock)}, expected blocks of /${shortestPrefix} or smaller`,
      );
  },
});

export const binaryAuthorization = resourceRule({
  id: "gcp-gke-binary-authorization",
  title: "GKE asks Binary Authorization what may run",
  severity: "medium",
  description:
    "Whoever can make a pod can make it of any image, unless the cluster asks the project's policy which ones it admits.",
  remedy: 'Set binaryAuthorization.evaluationMode to "PROJECT_SINGLETON_POLICY_ENFORCE".',
  controls: { nsa: ["Building secure container images"], soc2: ["CC6.8"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: clusters,
  check: ({ props }) =>
    mustBeOneOf(
      props.binaryAuthorization?.evaluationMode,
      ["PROJECT_SINGLETON_POLICY_ENFORCE"],
      "binaryAuthorization.evaluationMode",
    ),
});

export const databaseEncryption = resourceRule({
  id: "gcp-gke-secrets-cmek",
  title: "GKE encrypts Secrets with our key",
  severity: "high",
  description:
    "Kubernetes Secrets in etcd are enciphered under a key of ours, whose use is logged and which we can withdraw.",
  remedy: 'Set databaseEncryption to state "ENCRYPTED" with keyName of a key of this stack.',
  controls: { cisGke: ["5.3.1"], nsa: ["Secrets"], soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: fromStaging,
  types: clusters,
  check: ({ props: { databaseEncryption: encryption } }) => [
    mustBeOneOf(encryption?.state, ["ENCRYPTED"], "databaseEncryption.state"),
    mustBeSet(encryption, "keyName", "databaseEncryption.keyName"),
  ],
});

export const dedicatedServiceAccount = resourceRule({
  id: "gcp-gke-node-service-account",
  title: "GKE nodes have a service account of their own",
  severity: "high",
  description: "The Compute Engine default account is an editor of the whole project in most projects.",
  remedy: "Set nodeConfig.serviceAccount to an account with roles/container.defaultNodeServiceAccount only.",
  controls: { cisGke: ["5.2.1"], soc2: ["CC6.3"], pciDss: ["7.2.5"] },
  levels: always,
  types: nodePools,
  check: ({ props: { nodeConfig } }) => {
    const account = nodeConfig?.serviceAccount ?? "";
    if (account === "")
      return "nodeConfig.serviceAccount is not set, so nodes are the Compute Engine default account";
    return isDefaultAccount(account) && "nodeConfig.serviceAccount is the Compute Engine default account";
  },
});

export const deletionProtection = resourceRule({
  id: "gcp-gke-deletion-protection",
  title: "GKE refuses deletion",
  severity: "high",
  description: "Deleting a cluster takes every workload down at once; it takes a second change to allow it.",
  remedy: "Set deletionProtection to true.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(b)"] },
  levels: offInDev,
  types: clusters,
  check: ({ props }) => mustBeOn(props.deletionProtection, "deletionProtection"),
  remediation: {
    "gcp:container/cluster:Cluster": { deletionProtection: true },
  },
});

export const legacyMetadata = resourceRule({
  id: "gcp-gke-node-legacy-endpoints-off",
  title: "GKE nodes close their unguarded ports",
  severity: "high",
  description:
    "The kubelet's read-only port and the legacy metadata endpoints answer any pod without asking who it is.",
  remedy:
    'Set nodeConfig.metadata["disable-legacy-endpoints"] to "true" and nodeConfig.kubeletConfig.insecureKubeletReadonlyPortEnabled to "FALSE".',
  controls: { cisGke: ["5.4.1"], nsa: ["Protecting sensitive cloud infrastructure"], soc2: ["CC6.1"] },
  levels: always,
  types: nodePools,
  check: ({ props: { nodeConfig } }) => [
    mustBeOneOf(
      nodeConfig?.metadata?.["disable-legacy-endpoints"],
      ["true"],
      'nodeConfig.metadata["disable-legacy-endpoints"]',
    ),
    mustBeOneOf(
      nodeConfig?.kubeletConfig?.insecureKubeletReadonlyPortEnabled,
      ["FALSE"],
      "nodeConfig.kubeletConfig.insecureKubeletReadonlyPortEnabled",
    ),
  ],
});

export const logging = resourceRule({
  id: "gcp-gke-logging",
  title: "GKE logs itself and its workloads",
  severity: "medium",
  description:
    "Without logs of the system, the workloads and the API server nobody can say afterwards what happened.",
  remedy: "List the components in loggingConfig.enableComponents.",
  controls: {
    cisGke: ["5.7.1"],
    nsa: ["Logging", "Worker node and container logging"],
    soc2: ["CC7.2"],
    gdpr: ["32(1)(d)"],
    pciDss: ["10.2.1"],
  },
  levels: fromStaging,
  settings: {
    components: {
      schema: { type: "array", items: { type: "string" }, description: "Components whose logs must be on." },
      values: {
        dev: ["SYSTEM_COMPONENTS"],
        staging: ["SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER"],
        prod: ["SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER"],
      },
    },
  },
  types: clusters,
  check: ({ props }, { components }) =>
    mustHold(props.loggingConfig?.enableComponents, components, "loggingConfig.enableComponents"),
});

export const networkPolicy = resourceRule({
  id: "gcp-gke-network-policy-enforced",
  title: "GKE enforces NetworkPolicies",
  severity: "high",
  description: "A NetworkPolicy is only text until the data plane enforces it; Dataplane V2 always does.",
  remedy: 'Set datapathProvider to "ADVANCED_DATAPATH".',
  controls: { cisGke: ["4.3.1"], nsa: ["Network policies"], soc2: ["CC6.6"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: clusters,
  // an Autopilot cluster is on Dataplane V2, whatever it says
  applies: ({ props }) => props.enableAutopilot !== true,
  check: ({ props }) =>
    props.networkPolicy?.enabled !== true &&
    mustBeOneOf(props.datapathProvider, ["ADVANCED_DATAPATH"], "datapathProvider"),
});

export const noLegacyAuth = resourceRule({
  id: "gcp-gke-no-legacy-auth",
  title: "GKE authorises by RBAC and IAM alone",
  severity: "high",
  description:
    "Legacy ABAC gives every service account wide rights, and a client certificate can't be revoked.",
  remedy: "Leave enableLegacyAbac false and masterAuth.clientCertificateConfig.issueClientCertificate false.",
  controls: {
    cisGke: ["5.8.1", "5.8.3"],
    nsa: ["Authentication", "Role-based access control"],
    soc2: ["CC6.1"],
  },
  levels: always,
  types: clusters,
  check: ({ props }) => [
    mustNotBeOn(props.enableLegacyAbac, "enableLegacyAbac"),
    mustNotBeOn(
      props.masterAuth?.clientCertificateConfig?.issueClientCertificate,
      "masterAuth.clientCertificateConfig.issueClientCertificate",
    ),
  ],
});

export const noAnonymousBindings = resourceRule({
  id: "gcp-gke-no-anonymous-bindings",
  title: "GKE refuses bindings to everyone",
  severity: "high",
  description:
    "A binding to system:unauthenticated or system:authenticated lets in the internet, or everyone with a Google account.",
  remedy:
    "Set rbacBindingConfig.enableInsecureBindingSystemUnauthenticated and enableInsecureBindingSystemAuthenticated to false.",
  controls: {
    cisGke: ["4.1.8", "4.1.9", "4.1.10"],
    nsa: ["Authentication", "Role-based access control"],
    soc2: ["CC6.1"],
  },
  levels: fromStaging,
  types: clusters,
  check: ({ props: { rbacBindingConfig } }) => [
    mustBeOff(
      rbacBindingConfig?.enableInsecureBindingSystemUnauthenticated,
      "rbacBindingConfig.enableInsecureBindingSystemUnauthenticated",
    ),
    mustBeOff(
      rbacBindingConfig?.enableInsecureBindingSystemAuthenticated,
      "rbacBindingConfig.enableInsecureBindingSystemAuthenticated",
    ),
  ],
});

export const nodeUpkeep = resourceRule({
  id: "gcp-gke-node-auto-repair-upgrade",
  title: "GKE repairs and upgrades nodes by itself",
  severity: "medium",
  description: "A broken or outdated node is replaced without anyone having to notice it.",
  remedy: "Set management.autoRepair and management.autoUpgrade to true.",
  controls: {
    cisGke: ["5.5.2", "5.5.3"],
    nsa: ["Upgrading and application security practices"],
    soc2: ["CC7.1"],
    pciDss: ["6.3.3"],
  },
  levels: fromStaging,
  types: nodePools,
  check: ({ props: { management } }) => [
    mustBeOn(management?.autoRepair, "management.autoRepair"),
    mustBeOn(management?.autoUpgrade, "management.autoUpgrade"),
  ],
  remediation: {
    "gcp:container/nodePool:NodePool": { management: { autoRepair: true, autoUpgrade: true } },
  },
});

export const privateNodes = resourceRule({
  id: "gcp-gke-private-nodes",
  title: "GKE nodes have no public address",
  severity: "high",
  description:
    "Nodes stand in the network; what must be reached from outside is reached through a load balancer.",
  remedy:
    "Set privateClusterConfig.enablePrivateNodes to true, or networkConfig.enablePrivateNodes of the pool.",
  controls: {
    cisGke: ["5.6.5"],
    nsa: ["Worker node segmentation"],
    soc2: ["CC6.6"],
    gdpr: ["32(1)(b)"],
    pciDss: ["1.4.1"],
  },
  levels: always,
  types: ["gcp:container/cluster:Cluster", "gcp:container/nodePool:NodePool"],
  // A pool takes the cluster's answer where it gives none.
  applies: (resource) =>
    resource.type === "gcp:container/cluster:Cluster" ||
    isSet(resource.props.networkConfig, "enablePrivateNodes"),
  check: (resource) =>
    resource.type === "gcp:container/cluster:Cluster"
      ? mustBeOn(
          resource.props.privateClusterConfig?.enablePrivateNodes,
          "privateClusterConfig.enablePrivateNodes",
        )
      : mustBeOn(resource.props.networkConfig?.enablePrivateNodes, "networkConfig.enablePrivateNodes"),
});

export const regional = resourceRule({
  id: "gcp-gke-regional",
  title: "GKE's control plane spans zones",
  severity: "medium",
  description: "A zonal cluster has one control plane, which is away during every upgrade and with its zone.",
  remedy: "Set location to a region.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(b)"] },
  levels: inProd,
  types: clusters,
  check: ({ props: { location } }) =>
    !/^[a-z]+-[a-z]+\d+$/.test(location ?? "") &&
    `location is ${show(location)}, expected a region such as us-east1`,
});

export const releaseChannel = resourceRule({
  id: "gcp-gke-release-channel",
  title: "GKE follows a release channel",
  severity: "medium",
  description: "A channel keeps the control plane patched; RAPID has versions that nobody has run for long.",
  remedy: 'Set releaseChannel.channel to "REGULAR" or "STABLE".',
  controls: {
    cisGke: ["5.5.4"],
    nsa: ["Upgrading and application security practices"],
    soc2: ["CC7.1"],
    pciDss: ["6.3.3"],
  },
  levels: fromStaging,
  settings: {
    channels: {
      schema: { type: "array", items: { type: "string" }, description: "Release channels allowed." },
      values: {
        dev: ["RAPID", "REGULAR", "STABLE", "EXTENDED"],
        staging: ["REGULAR", "STABLE", "EXTENDED"],
        prod: ["REGULAR", "STABLE", "EXTENDED"],
      },
    },
  },
  types: clusters,
  check: ({ props }, { channels }) =>
    mustBeOneOf(props.releaseChannel?.channel, channels, "releaseChannel.channel"),
});

export const shieldedNodes = resourceRule({
  id: "gcp-gke-shielded-nodes",
  title: "GKE nodes boot verified",
  severity: "high",
  description:
    "Secure boot and integrity monitoring keep a tampered kernel from starting, and from going unnoticed.",
  remedy: "Set nodeConfig.shieldedInstanceConfig.enableSecureBoot and enableIntegrityMonitoring to true.",
  controls: { cisGke: ["5.5.5", "5.5.6", "5.5.7"], soc2: ["CC6.8"] },
  levels: fromStaging,
  types: ["gcp:container/cluster:Cluster", "gcp:container/nodePool:NodePool"],
  check: (resource) => {
    if (resource.type === "gcp:container/cluster:Cluster") {
      return (
        resource.props.enableShieldedNodes === false &&
        "enableShieldedNodes is false, expected true or not set"
      );
    }
    const shielded = resource.props.nodeConfig?.shieldedInstanceConfig;
    return [
      mustBeOn(shielded?.enableSecureBoot, "nodeConfig.shieldedInstanceConfig.enableSecureBoot"),
      mustBeOn(
        shielded?.enableIntegrityMonitoring,
        "nodeConfig.shieldedInstanceConfig.enableIntegrityMonitoring",
      ),
    ];
  },
});

export const workloadIdentity = resourceRule({
  id: "gcp-gke-workload-identity",
  title: "GKE pods have identities of their own",
  severity: "high",
  description:
    "Without Workload Identity every pod is its node: it reads the node's credentials from the metadata server.",
  remedy:
    'Set workloadIdentityConfig.workloadPool on the cluster and nodeConfig.workloadMetadataConfig.mode "GKE_METADATA" on each pool.',
  controls: {
    cisGke: ["5.2.2", "5.4.1"],
    nsa: ["Protecting sensitive cloud infrastructure"],
    soc2: ["CC6.3"],
  },
  levels: always,
  types: ["gcp:container/cluster:Cluster", "gcp:container/nodePool:NodePool"],
  check: (resource) =>
    resource.type === "gcp:container/cluster:Cluster"
      ? mustBeSet(
          resource.props.workloadIdentityConfig,
          "workloadPool",
          "workloadIdentityConfig.workloadPool",
        )
      : mustBeOneOf(
          resource.props.nodeConfig?.workloadMetadataConfig?.mode,
          ["GKE_METADATA"],
          "nodeConfig.workloadMetadataConfig.mode",
        ),
});
