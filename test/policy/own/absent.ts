/** Rules about types of which our program registers nothing, in any of the plans that test/policy/own.spec.ts looks at. */
export const unregistered: readonly string[] = [
  // about the pack's own config
  "all-exemptions-valid",
  // DynamoDB, EFS, Parameter Store, function URLs and public registries: none of the systems uses them
  "aws-dynamodb-cmk",
  "aws-dynamodb-deletion-protection",
  "aws-dynamodb-pitr",
  "aws-ecr-no-public-registry",
  "aws-efs-encrypted",
  "aws-lambda-url-authorized",
  "aws-ssm-secure-string",
  // what an account says of all that is in it is its organization's to say
  "aws-ec2-ebs-encryption-by-default",
  "aws-ec2-snapshots-not-public",
  "aws-iam-password-policy",
  // APIs, notebooks, warehouses and other stores that none of the systems uses; buckets are CloudFront's alone to show
  "aws-apigateway-authorized",
  "aws-athena-workgroup-enforced",
  "aws-data-stores-encrypted",
  "aws-redshift-not-public",
  "aws-s3-cors-named-origins",
  "aws-s3-no-website",
  "aws-sagemaker-notebook-private",
  "gcp-bigquery-cmek",
  "gcp-bigquery-not-public",
  "gcp-functions-private",
  "gcp-labs-no-public-ip",
  "gcp-spanner-drop-protection",
  // whoever acts does so by a role
  "aws-iam-no-user-policies",
  "aws-iam-no-users-or-keys",
  // networks are awsx's, which makes their subnets and routes where no plan sees it, and are joined to none
  "aws-vpc-no-default-vpc",
  "aws-vpc-peering-narrow",
  "aws-vpc-private-routes",
  "aws-vpc-subnet-no-public-ip",
  // machines are GKE's, caches Redis Cluster's, and firewalls the network's own
  "gcp-compute-firewall-policy-no-open-ingress",
  "gcp-compute-vm-cmek",
  "gcp-compute-vm-no-forwarding",
  "gcp-compute-vm-no-public-ip",
  "gcp-compute-vm-service-account",
  "gcp-compute-vm-shielded",
  "gcp-compute-vm-sign-in",
  "gcp-redis-private",
  "gcp-storage-no-public-acl",
  "gcp-iam-additive-only",
  "gcp-iam-no-service-account-keys",
  // users' tokens are the services' own to ask for
  "istio-request-auth-jwks",
  // search in the cluster is Elasticsearch by ECK
  "k8s-opensearch-secure",
  // volumes are their classes' to make
  "k8s-volume-no-host-path",
  // webhooks come with their charts
  "k8s-webhook-safe",
  "k8s-workload-no-bare-pod",
  "mongodb-atlas-not-public",
  // Vault is configured by a Job in its cluster, not through Pulumi's provider of it
  "vault-audit-device",
  "vault-database-credentials",
  "vault-mount-ttl",
  "vault-no-token",
  "vault-no-written-secret",
  "vault-policy-least-privilege",
  "vault-role-bound",
  "vault-transit-key",
];

/** Rules about types that we register, and about none of those that are there; and why no one change would make it theirs. */
export const declined: Readonly<Record<string, string>> = {
  "argocd-repo-credentials":
    "External Secrets brings the credentials of Argo CD's repositories: no Secret of ours is one of them",
  "gcp-compute-default-deny-egress":
    "no machine of ours but GKE's own is in a network, and pods have NetworkPolicies",
  "aws-eks-node-group-private-subnets":
    "a node group's subnets are children of awsx's network, which no plan sees",
};

/** Rules that are about nothing of what we register as it is: their change makes it theirs, or a setting that prod's config leaves empty. */
export const dormant: readonly string[] = [
  "all-allowed-regions",
  "all-environment-isolation",
  "aws-ec2-sg-no-mixed-rules",
  "aws-iam-no-mixed-attachments",
  "aws-lb-waf",
  "aws-s3-replication",
  "gcp-gke-sandbox-untrusted",
  "gcp-iam-kms-separation",
  "gcp-sql-no-root-anywhere",
  "gcp-sql-sqlserver-flags",
  "k8s-pod-no-secret-env",
  "k8s-secret-external",
  "k8s-service-external-name",
];
