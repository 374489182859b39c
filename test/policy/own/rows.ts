import type { Json, PlanResource } from "../../../preview/plan";
import type { Change } from "./change";

/** How a rule is broken in what we register, where no change of the scenes does it, and who objects to that beside it. */
export interface Row {
  /** @default what the scenes break the rule by, as far as something registered has the property */
  readonly change?: Change;
  /** Changes made before, of what says the same as the changed property. @default none */
  readonly beside?: readonly Change[];
  /** Rules that the same change breaks, because it is a breach of theirs as well. @default none */
  readonly also?: readonly string[];
}

const everyone = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "secretsmanager:GetSecretValue", Resource: "*" }],
});
const trailOfFunctions: Change = {
  type: "aws:cloudtrail/trail:Trail",
  edit: ["inputs.advancedEventSelectors.1.fieldSelectors.1.equals", ["AWS::Lambda::Function"]],
};
const databases = "gcp:sql/databaseInstance:DatabaseInstance";

/** Rules of a firewall but for those that keep to a rate. */
function withoutRates({ inputs: { rules } }: PlanResource): Json {
  // Lists of a plan are of JSON as well, of which isArray says nothing.
  const all: readonly Json[] = Array.isArray(rules) ? rules : [];
  return all.filter((rule) => typeof rule !== "object" || rule === null || !("rateLimitOptions" in rule));
}

function executionRole({ inputs }: PlanResource): Json | undefined {
  return inputs["executionRoleArn"];
}

/** By rule; those that aren't here the scenes' changes break, and nobody else objects. */
export const rows: Readonly<Record<string, Row>> = {
  "all-explicit-provider": { change: { type: "aws:kms/key:Key", edit: ["provider", null] } },
  "all-no-deprecated-types": {
    change: {
      type: "aws:s3/bucketVersioning:BucketVersioning",
      edit: ["type", "aws:s3/bucketVersioningV2:BucketVersioningV2"],
    },
    // Which looks for versions of the type that it knows.
    also: ["aws-s3-versioning"],
  },
  "all-size-limits": {
    change: { type: "aws:rds/instance:Instance", edit: ["inputs.instanceClass", "db.r6i.32xlarge"] },
  },
  "argocd-revision-pinned": {
    change: {
      type: "kubernetes:argoproj.io/v1alpha1:ApplicationSet",
      edit: ["inputs.spec.template.spec.source.targetRevision", "main"],
    },
  },
  "aws-account-detective-controls": { also: ["aws-s3-access-on-record"] },
  "aws-acm-transparency": {
    change: {
      type: "aws:acm/certificate:Certificate",
      edit: ["inputs.options", { certificateTransparencyLoggingPreference: "DISABLED" }],
    },
  },
  "aws-backup-plan-covers-data": { also: ["aws-backup-selection"] },
  "aws-cloudtrail-s3-data-events": { change: trailOfFunctions, also: ["aws-s3-access-on-record"] },
  "aws-cloudwatch-stores-alarmed": {
    change: { type: "aws:cloudwatch/metricAlarm:MetricAlarm", name: /redis/ },
    beside: [{ type: "aws:cloudwatch/metricAlarm:MetricAlarm", name: /redis(?!.*-memory)/ }],
  },
  "aws-ec2-no-public-ip": {
    change: {
      type: "aws:ec2/launchTemplate:LaunchTemplate",
      edit: ["inputs.networkInterfaces", [{ associatePublicIpAddress: "true" }]],
    },
  },
  "aws-ec2-sg-no-mixed-rules": {
    change: {
      type: "aws:ec2/securityGroup:SecurityGroup",
      edit: [
        "inputs.ingress",
        [
          {
            description: "HTTPS of the network",
            fromPort: 443,
            toPort: 443,
            protocol: "tcp",
            cidrBlocks: ["10.0.0.0/17"],
          },
        ],
      ],
    },
  },
  "aws-ecr-scanned": {
    change: {
      type: "aws:ecr/repository:Repository",
      edit: ["inputs.imageScanningConfiguration.scanOnPush", false],
    },
    beside: [{ type: "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration" }],
  },
  "aws-ecs-roles-apart": {
    change: {
      type: "aws:ecs/taskDefinition:TaskDefinition",
      edit: ["inputs.taskRoleArn", executionRole],
    },
  },
  "aws-eks-admins-are-roles": {
    change: {
      type: "eks:index:Cluster",
      edit: [
        "inputs.accessEntries.role-platform-admin.principalArn",
        "arn:aws:iam::333333333333:user/platform-admin",
      ],
    },
  },
  "aws-eks-workload-identity": {
    change: { type: "eks:index:Cluster", edit: ["inputs.createOidcProvider", false] },
    beside: [{ type: "aws:eks/addon:Addon", name: /pod-identity/ }],
  },
  "aws-elasticache-user-acl": {
    change: {
      type: "aws:elasticache/user:User",
      edit: ["inputs.authenticationMode", { type: "no-password-required" }],
    },
  },
  "aws-iam-no-full-admin": { also: ["aws-iam-no-privilege-escalation"] },
  "aws-iam-no-mixed-attachments": {
    change: {
      type: "aws:iam/role:Role",
      edit: ["inputs.managedPolicyArns", ["arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly"]],
    },
  },
  "aws-lb-waf": {
    change: {
      type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      edit: ["inputs.cidrIpv4", "0.0.0.0/0"],
    },
  },
  "aws-rds-query-logging": {
    change: { type: "aws:rds/parameterGroup:ParameterGroup", edit: ["inputs.parameters.5.value", "none"] },
  },
  "aws-s3-access-on-record": { change: trailOfFunctions, also: ["aws-cloudtrail-s3-data-events"] },
  "aws-s3-replication": {
    change: { type: "aws:s3/bucket:Bucket", edit: ["inputs.tags", { criticality: "high" }] },
  },
  "aws-secret-no-public-policy": {
    change: { type: "aws:secretsmanager/secret:Secret", edit: ["inputs.policy", everyone] },
  },
  "aws-waf-managed-rules": {
    change: { type: "aws:wafv2/webAcl:WebAcl", edit: ["inputs.rules.3.overrideAction", { count: {} }] },
  },
  "gcp-armor-rate-limit": {
    change: {
      type: "gcp:compute/securityPolicy:SecurityPolicy",
      edit: ["inputs.rules", withoutRates],
    },
  },
  "gcp-compute-firewall-no-datastore-ports": {
    change: {
      type: "gcp:compute/firewall:Firewall",
      edit: ["inputs.allows", [{ protocol: "tcp", ports: ["5432"] }]],
    },
  },
  "gcp-gke-private-endpoint": {
    change: {
      type: "gcp:container/cluster:Cluster",
      edit: ["inputs.privateClusterConfig.enablePrivateEndpoint", false],
    },
    beside: [
      {
        type: "gcp:container/cluster:Cluster",
        edit: ["inputs.controlPlaneEndpointsConfig.ipEndpointsConfig.enabled", true],
      },
    ],
  },
  "gcp-gke-sandbox-untrusted": {
    change: {
      type: "gcp:container/nodePool:NodePool",
      edit: ["inputs.nodeConfig.labels", { workload: "untrusted" }],
    },
  },
  "gcp-iam-kms-separation": {
    change: {
      type: "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
      edit: ["inputs.role", "roles/cloudkms.admin"],
    },
  },
  "gcp-sql-no-root-anywhere": { change: { type: "gcp:sql/user:User", edit: ["inputs.name", "root"] } },
  "gcp-sql-sqlserver-flags": {
    change: { type: databases, edit: ["inputs.databaseVersion", "SQLSERVER_2022_STANDARD"] },
  },
  "gcp-gke-authorized-networks": {
    change: {
      type: "gcp:container/cluster:Cluster",
      edit: ["inputs.controlPlaneEndpointsConfig.ipEndpointsConfig.enabled", true],
    },
  },
  "gcp-redis-persistence": {
    change: {
      type: "gcp:redis/cluster:Cluster",
      name: /recovery/,
      edit: ["inputs.persistenceConfig.mode", "DISABLED"],
    },
  },
  "gcp-sql-mysql-flags": {
    change: { type: databases, name: /mysql$/, edit: ["inputs.settings.databaseFlags.2.value", "on"] },
  },
  "gcp-sql-pgaudit": {
    change: { type: databases, name: /postgres$/, edit: ["inputs.settings.databaseFlags.0.value", "off"] },
  },
  "istio-mtls-strict": {
    change: {
      type: "kubernetes:security.istio.io/v1beta1:PeerAuthentication",
      edit: ["inputs.spec.portLevelMtls", { "8080": { mode: "PERMISSIVE" } }],
    },
  },
  "istio-namespace-enrolled": {
    change: {
      type: "kubernetes:core/v1:Namespace",
      name: /-system-namespace$/,
      edit: ["inputs.metadata.labels", { "pod-security.kubernetes.io/enforce": "restricted" }],
    },
  },
  "k8s-api-version-served": {
    change: {
      type: "kubernetes:policy/v1:PodDisruptionBudget",
      edit: ["type", "kubernetes:policy/v1beta1:PodDisruptionBudget"],
    },
  },
  "k8s-netpol-covers-pods": {
    change: { type: "kubernetes:networking.k8s.io/v1:NetworkPolicy", name: /-system-.*-traffic$/ },
    beside: [{ type: "kubernetes:networking.k8s.io/v1:NetworkPolicy", name: /-system-namespace-allow-dns$/ }],
  },
  "k8s-netpol-dns-egress": {
    change: { type: "kubernetes:networking.k8s.io/v1:NetworkPolicy", name: /-system-namespace-allow-dns$/ },
  },
  "k8s-pod-no-secret-env": {
    change: {
      type: "kubernetes:apps/v1:Deployment",
      name: /^publishing-.*-system-web$/,
      edit: [
        "inputs.spec.template.spec.containers.0.env",
        [{ name: "API_TOKEN", valueFrom: { secretKeyRef: { name: "web", key: "token" } } }],
      ],
      settings: { namespaces: ["publishing"] },
    },
  },
  "k8s-secret-external": {
    change: {
      type: "kubernetes:core/v1:Secret",
      edit: ["inputs.metadata.namespace", "billing"],
      settings: { namespaces: ["billing"] },
    },
  },
  "k8s-service-external-name": {
    change: {
      type: "kubernetes:core/v1:Service",
      edit: ["inputs.spec", { type: "ExternalName", externalName: "kubernetes.default.svc.cluster.local" }],
    },
  },
  "k8s-workload-has-hpa": {
    change: {
      type: "kubernetes:apps/v1:Deployment",
      edit: ["inputs.metadata.labels", { "app.kubernetes.io/name": "web" }],
    },
  },
};
