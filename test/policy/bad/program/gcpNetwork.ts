import * as gcp from "@pulumi/gcp";
import type { CustomResourceOptions } from "@pulumi/pulumi";

/** Networks that are open, machines in them, and who may do what in the project. */
export function googleNetwork(opts: CustomResourceOptions): void {
  const network = new gcp.compute.Network("lan", { autoCreateSubnetworks: true }, opts);
  const subnet = new gcp.compute.Subnetwork(
    "lan-west",
    { network: network.id, ipCidrRange: "10.1.0.0/20", privateIpGoogleAccess: false },
    opts,
  );
  const fromAnywhere = { network: network.id, direction: "INGRESS", sourceRanges: ["0.0.0.0/0"] };
  new gcp.compute.Firewall(
    "lan-ssh",
    { ...fromAnywhere, allows: [{ protocol: "tcp", ports: ["22"] }] },
    opts,
  );
  new gcp.compute.Firewall(
    "lan-desktop",
    { ...fromAnywhere, allows: [{ protocol: "tcp", ports: ["3380-3390"] }] },
    opts,
  );
  new gcp.compute.Firewall("lan-all", { ...fromAnywhere, allows: [{ protocol: "all" }] }, opts);
  new gcp.compute.Firewall(
    "lan-mysql",
    { ...fromAnywhere, allows: [{ protocol: "tcp", ports: ["3306"] }] },
    opts,
  );
  new gcp.dns.ManagedZone("unsigned", { dnsName: "unsigned.example.", dnssecConfig: { state: "off" } }, opts);
  new gcp.dns.ManagedZone(
    "weakly-signed",
    {
      dnsName: "weak.example.",
      dnssecConfig: {
        state: "on",
        defaultKeySpecs: [{ algorithm: "rsasha1", keyLength: 2048, keyType: "keySigning" }],
      },
    },
    opts,
  );
  new gcp.compute.SSLPolicy("old-tls", { profile: "COMPATIBLE", minTlsVersion: "TLS_1_0" }, opts);
  const map = new gcp.compute.URLMap(
    "shopfront",
    { defaultService: "projects/bad-stack/global/backendServices/web" },
    opts,
  );
  const proxy = new gcp.compute.TargetHttpProxy("shopfront-plain", { urlMap: map.id }, opts);
  new gcp.compute.GlobalForwardingRule(
    "shopfront-rule",
    { target: proxy.id, portRange: "80", loadBalancingScheme: "EXTERNAL_MANAGED" },
    opts,
  );
  new gcp.compute.BackendService(
    "shopfront-backend",
    { loadBalancingScheme: "EXTERNAL_MANAGED", protocol: "HTTP", logConfig: { enable: false } },
    opts,
  );
  new gcp.compute.Instance(
    "jumphost",
    {
      machineType: "e2-medium",
      zone: "europe-west1-b",
      canIpForward: true,
      bootDisk: { initializeParams: { image: "debian-cloud/debian-12" } },
      networkInterfaces: [{ subnetwork: subnet.id, accessConfigs: [{ networkTier: "PREMIUM" }] }],
      metadata: {
        "serial-port-enable": "true",
        "block-project-ssh-keys": "false",
        "enable-oslogin": "FALSE",
      },
      serviceAccount: {
        email: "123456789012-compute@developer.gserviceaccount.com",
        scopes: ["https://www.googleapis.com/auth/cloud-platform"],
      },
      shieldedInstanceConfig: {
        enableIntegrityMonitoring: false,
        enableSecureBoot: false,
        enableVtpm: false,
      },
    },
    opts,
  );
  projectAccess(opts);
}

function projectAccess(opts: CustomResourceOptions): void {
  const project = "bad-stack";
  const account = new gcp.serviceaccount.Account("robot", { accountId: "robot" }, opts);
  new gcp.serviceaccount.Key("robot-key", { serviceAccountId: account.name }, opts);
  new gcp.projects.IAMMember(
    "robot-edits",
    { project, role: "roles/editor", member: "serviceAccount:robot@bad-stack.iam.gserviceaccount.com" },
    opts,
  );
  new gcp.projects.IAMMember(
    "team-borrows",
    { project, role: "roles/iam.serviceAccountTokenCreator", member: "group:team@example.com" },
    opts,
  );
  new gcp.projects.IAMMember(
    "someone-owns",
    { project, role: "roles/owner", member: "user:someone@gmail.com" },
    opts,
  );
  new gcp.serviceaccount.IAMMember(
    "robot-anyone",
    { serviceAccountId: account.name, role: "roles/iam.serviceAccountUser", member: "allAuthenticatedUsers" },
    opts,
  );
  const pool = new gcp.iam.WorkloadIdentityPool("outside", { workloadIdentityPoolId: "outside" }, opts);
  new gcp.iam.WorkloadIdentityPoolProvider(
    "outside-ci",
    {
      workloadIdentityPoolId: pool.workloadIdentityPoolId,
      workloadIdentityPoolProviderId: "ci",
      attributeMapping: { "google.subject": "assertion.sub" },
      oidc: { issuerUri: "https://token.actions.githubusercontent.com" },
    },
    opts,
  );
  new gcp.projects.IAMAuditConfig(
    "audit",
    {
      project,
      service: "allServices",
      auditLogConfigs: [{ logType: "DATA_READ", exemptedMembers: ["user:someone@example.com"] }],
    },
    opts,
  );
  new gcp.logging.ProjectBucketConfig(
    "short-logs",
    { project, location: "global", bucketId: "_Default", retentionDays: 1 },
    opts,
  );
}
