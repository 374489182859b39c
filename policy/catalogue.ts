import { environments } from "./levels";
import { controlTags, type Rule } from "./rule";

/** Headings of the catalogue, by what an id starts with, longest first where one starts with another. */
const groups: readonly (readonly [prefix: string, heading: string])[] = [
  ["all-", "Every cloud"],
  ["aws-account-", "AWS: audit and detection"],
  ["aws-dynamodb-", "AWS: DynamoDB, EFS and Parameter Store"],
  ["aws-efs-", "AWS: DynamoDB, EFS and Parameter Store"],
  ["aws-ssm-", "AWS: DynamoDB, EFS and Parameter Store"],
  ["aws-apigateway-", "AWS: other services"],
  ["aws-athena-", "AWS: other services"],
  ["aws-data-", "AWS: other services"],
  ["aws-redshift-", "AWS: other services"],
  ["aws-sagemaker-", "AWS: other services"],
  ["aws-acm-", "AWS: names and certificates"],
  ["aws-backup-", "AWS: Backup"],
  ["aws-cloudfront-", "AWS: CloudFront"],
  ["aws-cloudtrail-", "AWS: audit and detection"],
  ["aws-config-", "AWS: audit and detection"],
  ["aws-guardduty-", "AWS: audit and detection"],
  ["aws-securityhub-", "AWS: audit and detection"],
  ["aws-cloudwatch-", "AWS: CloudWatch and EventBridge"],
  ["aws-events-", "AWS: CloudWatch and EventBridge"],
  ["aws-ec2-", "AWS: EC2"],
  ["aws-ecr-", "AWS: ECR"],
  ["aws-ecs-", "AWS: ECS"],
  ["aws-eks-", "AWS: EKS"],
  ["aws-elasticache-", "AWS: ElastiCache"],
  ["aws-iam-", "AWS: IAM"],
  ["aws-kms-", "AWS: KMS"],
  ["aws-lambda-", "AWS: Lambda"],
  ["aws-lb-", "AWS: Elastic Load Balancing"],
  ["aws-opensearch-", "AWS: OpenSearch Service"],
  ["aws-msk-", "AWS: MSK"],
  ["aws-rds-", "AWS: RDS"],
  ["aws-route53-", "AWS: names and certificates"],
  ["aws-s3-", "AWS: S3"],
  ["aws-secret-", "AWS: Secrets Manager"],
  ["aws-sns-", "AWS: SNS and SQS"],
  ["aws-sqs-", "AWS: SNS and SQS"],
  ["aws-vpc-", "AWS: VPC"],
  ["aws-waf-", "AWS: WAF"],
  ["gcp-armor-", "GCP: load balancers and Cloud Armor"],
  ["gcp-lb-", "GCP: load balancers and Cloud Armor"],
  ["gcp-artifact-", "GCP: Artifact Registry"],
  ["gcp-binauthz-", "GCP: GKE"],
  ["gcp-billing-", "GCP: other services"],
  ["gcp-orgpolicy-", "GCP: other services"],
  ["gcp-bigquery-", "GCP: other services"],
  ["gcp-functions-", "GCP: other services"],
  ["gcp-labs-", "GCP: other services"],
  ["gcp-spanner-", "GCP: other services"],
  ["gcp-pubsub-", "GCP: other services"],
  ["gcp-scheduler-", "GCP: other services"],
  ["gcp-service-", "GCP: other services"],
  ["gcp-workflows-", "GCP: other services"],
  ["gcp-certificate-", "GCP: names and certificates"],
  ["gcp-dns-", "GCP: names and certificates"],
  ["gcp-compute-", "GCP: Compute Engine networks"],
  ["gcp-gke-", "GCP: GKE"],
  ["gcp-iam-", "GCP: IAM"],
  ["gcp-kafka-", "GCP: Managed Service for Apache Kafka"],
  ["gcp-kms-", "GCP: Cloud KMS"],
  ["gcp-logging-", "GCP: logs and alerts"],
  ["gcp-monitoring-", "GCP: logs and alerts"],
  ["gcp-redis-", "GCP: Memorystore"],
  ["gcp-secret-", "GCP: Secret Manager"],
  ["gcp-run-", "GCP: Cloud Run"],
  ["gcp-sql-", "GCP: Cloud SQL"],
  ["gcp-storage-", "GCP: Cloud Storage"],
  ["k8s-certmanager-", "Kubernetes: certificates"],
  ["k8s-computeclass-", "Kubernetes: nodes made to measure"],
  ["k8s-karpenter-", "Kubernetes: nodes made to measure"],
  ["k8s-elasticsearch-", "Kubernetes: Elasticsearch"],
  ["k8s-grafana-", "Kubernetes: what watches"],
  ["k8s-logs-", "Kubernetes: what watches"],
  ["k8s-otel-", "Kubernetes: what watches"],
  ["k8s-mongodb-", "Kubernetes: MongoDB"],
  ["k8s-configmap-", "Kubernetes: configuration and storage"],
  ["k8s-storage-", "Kubernetes: configuration and storage"],
  ["k8s-helm-", "Kubernetes: Helm charts"],
  ["argocd-", "Kubernetes: Argo CD"],
  ["istio-", "Kubernetes: Istio"],
  ["vault-", "Kubernetes: Vault"],
  ["k8s-opensearch-", "Kubernetes: OpenSearch"],
  ["k8s-admission-", "Kubernetes: what the API server takes"],
  ["k8s-api-", "Kubernetes: what the API server takes"],
  ["k8s-webhook-", "Kubernetes: what the API server takes"],
  ["k8s-volume-", "Kubernetes: configuration and storage"],
  ["k8s-pvc-", "Kubernetes: configuration and storage"],
  ["k8s-secret-", "Kubernetes: configuration and storage"],
  ["k8s-job-", "Kubernetes: pods"],
  ["k8s-hpa-", "Kubernetes: availability"],
  ["k8s-scaled-", "Kubernetes: availability"],
  ["k8s-vpa-", "Kubernetes: availability"],
  ["k8s-rollout-", "Kubernetes: availability"],
  ["k8s-pdb-", "Kubernetes: availability"],
  ["k8s-workload-", "Kubernetes: availability"],
  ["k8s-gateway-", "Kubernetes: network"],
  ["k8s-ingress-", "Kubernetes: network"],
  ["k8s-netpol-", "Kubernetes: network"],
  ["k8s-service-", "Kubernetes: network"],
  ["k8s-namespace-", "Kubernetes: namespaces"],
  ["k8s-pod-", "Kubernetes: pods"],
  ["k8s-rbac-", "Kubernetes: RBAC"],
  ["strimzi-", "Kubernetes: Kafka"],
  ["mongodb-atlas-", "MongoDB Atlas"],
];

/** The rules as a document in Markdown: a table a service, and why and what to do beneath it. */
export function catalogue(rules: readonly Rule[]): string {
  const byHeading = new Map<string, Rule[]>();
  for (const rule of rules) {
    const heading = headingOf(rule.id);
    byHeading.set(heading, [...(byHeading.get(heading) ?? []), rule]);
  }
  return [
    "# Policies",
    "",
    "<!-- Written by `npm run docs:policies` from the rules in policy/. -->",
    "",
    `The pack has ${rules.length} rules. Each resource is held to them by the offline preview and, with`,
    "`pulumi preview --policy-pack policy`, by Pulumi's engine: the same rules, the same levels.",
    "",
    "A rule is _mandatory_ (its breach stops the deployment), _advisory_ (a warning) or off (–) in each environment.",
    "The levels and thresholds of dev, staging and prod stand in `policy/config/`, in the form that",
    "`--policy-pack-config` takes; without one the engine holds a stack to those of prod.",
    "",
    "Where _mends_ says yes, the level `remediate` has the engine register the resource with the breach mended.",
    "",
    "A value that is known only after an update leaves its rule open, not passed; the update judges it.",
    "",
    'A rule that is not critical takes exemptions in its config: `"exemptions": [{"name": "audit-*", "reason": "…",',
    '"owner": "…", "expires": "2027-03-31"}]`, by `urn`, `type` or `name`, at most 180 days ahead. What one takes is',
    "reported as exempt; one that is past its day, has no reason or matches nothing breaks `all-exemptions-valid`. The",
    "offline preview takes the same file by `--policy-config`; what it leaves out is as in prod, as under the engine.",
    "",
    "Control numbers are those of CIS AWS 7.0, CIS GCP 5.0, CIS EKS 1.8.0, CIS GKE 1.9.0, CIS Kubernetes 2.0.1 and the Pod",
    "Security Standards; `nsa` names headings of the NSA/CISA Kubernetes Hardening Guide 1.2, which has no numbers. Which",
    "rules stand under these, and SOC 2, GDPR and PCI DSS 4.0.1 references, are our reading, which no auditor has seen.",
    ...[...byHeading].flatMap(([heading, some]) => ["", `## ${heading}`, "", ...sectionOf(some)]),
    "",
  ].join("\n");
}

/** Every rule in one table, for who uses the pack alone. */
export function ruleTable(rules: readonly Rule[]): string {
  return [
    "# Rules of the pack",
    "",
    "<!-- Written by `npm run docs:policies` from the rules in policy/. -->",
    "",
    `${rules.length} rules, with what a breach does in dev, staging and prod (– is off). A critical rule takes no exemption.`,
    "",
    ...tableOf(rules),
    "",
  ].join("\n");
}

function sectionOf(rules: readonly Rule[]): readonly string[] {
  return [
    ...tableOf(rules),
    "",
    ...rules.flatMap((rule) => [
      `- \`${rule.id}\`: ${escape(rule.description)} **Remedy:** ${escape(rule.remedy)}${settingsOf(rule)} _${controlTags(rule.controls).join(", ")}_`,
    ]),
  ];
}

function tableOf(rules: readonly Rule[]): readonly string[] {
  return [
    "| Rule | What is asked | Severity | dev | staging | prod | mends |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rules.map(({ id, title, severity, levels, mends }) => {
      const [dev, staging, prod] = environments.map((environment) =>
        levels[environment] === "disabled" ? "–" : levels[environment],
      );
      return `| \`${id}\` | ${title} | ${severity} | ${dev} | ${staging} | ${prod} | ${mends.length > 0 ? "yes" : ""} |`;
    }),
  ];
}

/** Plain text as Markdown shows it. */
function escape(text: string): string {
  return text.replace(/[*_<[\]`]/g, "\\$&");
}

/** Settings with what each environment asks: `minDays` 1 / 7 / 30. */
function settingsOf({ settings }: Rule): string {
  return Object.entries(settings)
    .map(([name, { values }]) => {
      const texts = environments.map((environment) => textOf(values[environment]));
      return ` \`${name}\`: ${new Set(texts).size === 1 ? (texts[0] ?? "") : texts.join(" / ")}.`;
    })
    .join("");
}

function textOf(value: unknown): string {
  if (typeof value === "object" && value !== null && Object.keys(value).length === 0) return "none";
  if (!Array.isArray(value)) return String(value);
  return value.length === 0 ? "none" : value.map((item) => `\`${String(item)}\``).join(" ");
}

/** Heading under which a rule stands; throws for one that has none yet. */
export function headingOf(id: string): string {
  const group = groups.find(([prefix]) => id.startsWith(prefix));
  if (!group)
    throw new Error(
      `${id}: expected an id that starts with one of ${groups.map(([prefix]) => prefix).join(", ")}`,
    );
  return group[1];
}
