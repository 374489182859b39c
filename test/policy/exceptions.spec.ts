import assert from "node:assert/strict";
import type { Json } from "../../preview/plan";
import type { Line } from "./scene";
import { isFine, isRefused, verdict } from "./verdicts";

describe("the policy pack's exceptions", () => {
  it("asks of a read replica of RDS nothing that its primary answers for", () => {
    const replica: Line = [
      "aws:rds/instance:Instance",
      "replica",
      { inputs: { replicateSourceDb: "primary" } },
    ];
    for (const rule of [
      "aws-rds-backup-retention",
      "aws-rds-multi-az",
      "aws-rds-storage-encrypted",
      "all-stateful-protected",
    ]) {
      isFine(rule, replica);
    }
    isRefused("aws-rds-not-public", replica);
  });

  it("leaves the address of an Aurora cluster to its instances", () => {
    const cluster = (inputs: Readonly<Record<string, Json>>): Line => [
      "aws:rds/cluster:Cluster",
      "db",
      { inputs },
    ];
    isFine("aws-rds-not-public", cluster({ engine: "aurora-postgresql" }));
    isRefused("aws-rds-not-public", cluster({ engine: "postgres", dbClusterInstanceClass: "db.m6gd.large" }));
  });

  it("asks of a pod of Windows nothing that Linux alone has, and of one of Linux that all the same", () => {
    const pod = (os: string): Line => [
      "kubernetes:core/v1:Pod",
      "pod",
      {
        inputs: {
          spec: { os: { name: os }, containers: [{ name: "web", image: "ghcr.io/acme/web:1.4.2" }] },
        },
      },
    ];
    for (const rule of [
      "k8s-pod-drop-all-capabilities",
      "k8s-pod-no-privilege-escalation",
      "k8s-pod-seccomp",
    ]) {
      isFine(rule, pod("windows"));
      isRefused(rule, pod("linux"));
    }
    isRefused("k8s-pod-run-as-non-root", pod("windows"));
  });

  it("takes every setting of the kernel that is a pod's own since Kubernetes 1.37", () => {
    const pod = (name: string): Line => [
      "kubernetes:core/v1:Pod",
      "pod",
      { inputs: { spec: { securityContext: { sysctls: [{ name, value: "0" }] } } } },
    ];
    isFine("k8s-pod-safe-sysctls", pod("net.ipv4.tcp_slow_start_after_idle"));
    isFine("k8s-pod-safe-sysctls", pod("net.ipv4.tcp_notsent_lowat"));
    isRefused("k8s-pod-safe-sysctls", pod("net.ipv4.ip_forward"));
  });

  it("takes a MySQL database that requires secure transport", () => {
    const parameters = (value: string): Line => [
      "aws:rds/parameterGroup:ParameterGroup",
      "parameters",
      { inputs: { parameters: [{ name: "require_secure_transport", value }] } },
    ];
    const database: Line = [
      "aws:rds/instance:Instance",
      "db",
      { inputs: { engine: "mysql" }, from: { parameterGroupName: ["parameters"] } },
    ];
    isFine("aws-rds-force-tls", parameters("ON"), database);
    isRefused("aws-rds-force-tls", parameters("OFF"), database);
  });

  it("leaves the key of a bucket that takes S3's access logs to S3", () => {
    const logs: Line = ["aws:s3/bucket:Bucket", "logs"];
    const logging: Line = [
      "aws:s3/bucketLogging:BucketLogging",
      "logging",
      { from: { targetBucket: ["logs"] } },
    ];
    isFine("aws-s3-cmk", logs, logging);
    isRefused("aws-s3-cmk", logs);
  });

  it("finds what is about a bucket by its name where nothing else ties them", () => {
    isFine(
      "aws-s3-versioning",
      ["aws:s3/bucket:Bucket", "named", { inputs: { bucket: "acme-assets" } }],
      [
        "aws:s3/bucketVersioning:BucketVersioning",
        "versions",
        { inputs: { bucket: "acme-assets", versioningConfiguration: { status: "Enabled" } } },
      ],
    );
    isRefused(
      "aws-s3-versioning",
      ["aws:s3/bucket:Bucket", "named", { inputs: { bucket: "acme-assets" } }],
      [
        "aws:s3/bucketVersioning:BucketVersioning",
        "versions",
        { inputs: { bucket: "acme-other", versioningConfiguration: { status: "Enabled" } } },
      ],
    );
  });

  it("judges the VPC that awsx made in place of the component, once it can be seen", () => {
    const component: Line = ["awsx:ec2:Vpc", "network"];
    const vpc: Line = ["aws:ec2/vpc:Vpc", "vpc", { parent: "network" }];
    const flows: Line = [
      "aws:ec2/flowLog:FlowLog",
      "flows",
      { inputs: { trafficType: "ALL" }, from: { vpcId: ["vpc"] } },
    ];
    isFine("aws-vpc-flow-logs", component, vpc, flows);
    const { violations } = verdict("aws-vpc-flow-logs", [component, vpc]);
    assert.deepEqual(
      violations.map(({ urn }) => urn?.endsWith("::vpc")),
      [true],
    );
  });

  it("judges a VPC whose only NAT gateway is of every zone, and none without a way out", () => {
    const vpc: Line = ["aws:ec2/vpc:Vpc", "vpc"];
    const gateway: Line = [
      "aws:ec2/natGateway:NatGateway",
      "gateway",
      { inputs: { availabilityMode: "regional" }, from: { vpcId: ["vpc"] } },
    ];
    const judged = (...lines: readonly Line[]) => {
      const { evaluated, notApplicable, violations } = verdict("aws-vpc-nat-per-zone", lines);
      return { evaluated, notApplicable, violations };
    };
    assert.deepEqual(judged(vpc, gateway), { evaluated: 1, notApplicable: 0, violations: [] });
    assert.deepEqual(judged(vpc), { evaluated: 0, notApplicable: 1, violations: [] });
  });

  it("takes a flow log of the component for one of its VPC", () => {
    isFine(
      "aws-vpc-flow-logs",
      ["awsx:ec2:Vpc", "network"],
      ["aws:ec2/vpc:Vpc", "vpc", { parent: "network" }],
      ["aws:ec2/flowLog:FlowLog", "flows", { inputs: { trafficType: "ALL" }, from: { vpcId: ["network"] } }],
    );
  });

  it("leaves an EKS component whose arguments the engine does not show to its child", () => {
    const component: Line = ["eks:index:Cluster", "component"];
    for (const rule of ["aws-eks-endpoint-private", "aws-eks-secrets-cmk", "aws-eks-control-plane-logs"])
      isFine(rule, component);
    isFine(
      "aws-eks-network-policy-enforced",
      component,
      ["aws:eks/cluster:Cluster", "cluster", { parent: "component" }],
      [
        "aws:eks/addon:Addon",
        "cni",
        {
          inputs: { addonName: "vpc-cni", configurationValues: '{"enableNetworkPolicy":"true"}' },
          from: { clusterName: ["cluster"] },
        },
      ],
    );
  });

  it("asks no rotation of keys that KMS can't rotate", () => {
    isFine("aws-kms-rotation", [
      "aws:kms/key:Key",
      "signing",
      { inputs: { keyUsage: "SIGN_VERIFY", customerMasterKeySpec: "ECC_NIST_P256" } },
    ]);
    isFine("gcp-kms-rotation", [
      "gcp:kms/cryptoKey:CryptoKey",
      "signing",
      { inputs: { purpose: "ASYMMETRIC_SIGN" } },
    ]);
  });

  it("takes a control plane on GKE that has no address for anyone", () => {
    isFine("gcp-gke-authorized-networks", [
      "gcp:container/cluster:Cluster",
      "cluster",
      { inputs: { controlPlaneEndpointsConfig: { ipEndpointsConfig: { enabled: false } } } },
    ]);
  });

  it("takes a network of ours among those that Cloud SQL lets in", () => {
    const database = (value: string): Line => [
      "gcp:sql/databaseInstance:DatabaseInstance",
      "db",
      { inputs: { settings: { ipConfiguration: { authorizedNetworks: [{ value }] } } } },
    ];
    isFine("gcp-sql-no-open-networks", database("100.64.0.0/15"));
    isRefused("gcp-sql-no-open-networks", database("100.0.0.0/8"));
    isRefused("gcp-sql-no-open-networks", database("203.0.113.0/24"));
  });

  it("takes a firewall rule that goes out, denies or is narrowed by tags", () => {
    const open = { sourceRanges: ["0.0.0.0/0"], allows: [{ protocol: "tcp", ports: ["22"] }] };
    const firewall = (inputs: Readonly<Record<string, Json>>): Line => [
      "gcp:compute/firewall:Firewall",
      "rule",
      { inputs },
    ];
    isFine("gcp-compute-firewall-no-open-ingress", firewall({ ...open, direction: "EGRESS" }));
    isFine(
      "gcp-compute-firewall-no-open-ingress",
      firewall({ sourceRanges: ["0.0.0.0/0"], denies: [{ protocol: "all" }] }),
    );
    isFine("gcp-compute-firewall-no-open-ingress", firewall({ sourceTags: ["web"], allows: open.allows }));
    isRefused("gcp-compute-firewall-no-open-ingress", firewall(open));
  });

  it("takes a namespace that says why it needs more than the restricted standard", () => {
    const namespace = (reason: string): Line => [
      "kubernetes:core/v1:Namespace",
      "agents",
      {
        inputs: {
          metadata: {
            name: "agents",
            labels: { "pod-security.kubernetes.io/enforce": "privileged" },
            annotations: { "groundwork.dev/pod-security-reason": reason },
          },
        },
      },
    ];
    isFine("k8s-namespace-pod-security", namespace("node-exporter reads the node's /proc"));
    isRefused("k8s-namespace-pod-security", namespace(""));
  });

  it("finds the objects of a namespace that Pulumi names by what their name comes from", () => {
    const quota = (from: Readonly<Record<string, readonly string[]>>): Line => [
      "kubernetes:core/v1:ResourceQuota",
      "quota",
      {
        inputs: {
          metadata: { namespace: "shop-1a2b3c4" },
          spec: { hard: { "requests.cpu": "1", "requests.memory": "1Gi", pods: "9" } },
        },
        from,
      },
    ];
    isFine("k8s-namespace-quota", ["kubernetes:core/v1:Namespace", "shop"], quota({ metadata: ["shop"] }));
    isRefused("k8s-namespace-quota", ["kubernetes:core/v1:Namespace", "shop"], quota({}));
  });

  it("takes an ingress whose master states the TLS", () => {
    const ingress = (kind: string): Line => [
      "kubernetes:networking.k8s.io/v1:Ingress",
      "route",
      {
        inputs: {
          metadata: { namespace: "shop", annotations: { "nginx.org/mergeable-ingress-type": kind } },
          spec: { rules: [{ host: "shop.example.com" }] },
        },
      },
    ];
    isFine("k8s-ingress-tls", ingress("minion"));
    isRefused("k8s-ingress-tls", ingress("master"));
  });

  it("takes an image by digest, whatever its tag", () => {
    const pod = (image: string): Line => [
      "kubernetes:core/v1:Pod",
      "pod",
      { inputs: { metadata: { namespace: "shop" }, spec: { containers: [{ name: "web", image }] } } },
    ];
    isFine("k8s-pod-image-pinned", pod(`ghcr.io/acme/web:latest@sha256:${"a".repeat(64)}`));
    isRefused("k8s-pod-image-pinned", pod("ghcr.io/acme/web@sha256:abc"));
  });

  it("asks no probe of a container that does its work before the pod starts, but of a sidecar", () => {
    const workload = (restartPolicy: string): Line => [
      "kubernetes:apps/v1:Deployment",
      "web",
      {
        inputs: {
          metadata: { namespace: "shop" },
          spec: {
            template: {
              spec: {
                containers: [{ name: "web", readinessProbe: { httpGet: { port: 8080 } } }],
                initContainers: [{ name: "proxy", restartPolicy }],
              },
            },
          },
        },
      },
    ];
    isFine("k8s-pod-readiness-probe", workload("Never"));
    isRefused("k8s-pod-readiness-probe", workload("Always"));
  });

  it("gives no verdict on a workload whose whole spec is masked", () => {
    const { violations, unknown } = verdict("k8s-pod-run-as-non-root", [
      ["kubernetes:apps/v1:Deployment", "web", { inputs: { spec: "[secret]" } }],
    ]);
    assert.deepEqual(violations, []);
    assert.equal(unknown, 1);
  });

  it("takes it of an Autopilot cluster that it is on Dataplane V2, and of no other", () => {
    const cluster = (inputs: Readonly<Record<string, Json>>): Line => [
      "gcp:container/cluster:Cluster",
      "cluster",
      { inputs },
    ];
    isFine("gcp-gke-network-policy-enforced", cluster({ enableAutopilot: true }));
    isRefused("gcp-gke-network-policy-enforced", cluster({ enableAutopilot: false }));
    isRefused("gcp-gke-network-policy-enforced", cluster({}));
  });

  it("gives no verdict on a kubeconfig that is masked", () => {
    const { violations, unknown } = verdict("all-provider-no-static-credentials", [
      ["pulumi:providers:kubernetes", "cluster", { inputs: { kubeconfig: "[secret]" } }],
    ]);
    assert.deepEqual(violations, []);
    assert.equal(unknown, 1);
  });
});
