import type * as gcp from "@pulumi/gcp";
import { computes, type InvokeTable, type OutputTable, type Registered } from "./table";

/** Number of every project, as in `preview/outputs/gcp.ts`. */
const projectNumber = "123456789012";

/** Computed outputs of the resource types that registry, audit and budget of GCP register. */
export const outputs: OutputTable = {
  "gcp:artifactregistry/repository:Repository": computes<gcp.artifactregistry.Repository>()((r) => {
    const path = `${r.project}/${text(r, "repositoryId")}`;
    return {
      id: `projects/${r.project}/locations/${r.region}/repositories/${text(r, "repositoryId")}`,
      name: text(r, "repositoryId"),
      project: r.project,
      registryUri: `${r.region}-docker.pkg.dev/${path}`,
    };
  }),
  "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember":
    computes<gcp.artifactregistry.RepositoryIamMember>()((r) => ({
      id: `${text(r, "repository")}/${text(r, "role")}/${text(r, "member")}`,
      etag: r.hex(12),
    })),
  "gcp:billing/budget:Budget": computes<gcp.billing.Budget>()((r) => {
    const name = r.hex(32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
    return { id: `billingAccounts/${text(r, "billingAccount")}/budgets/${name}`, name };
  }),
  "gcp:binaryauthorization/policy:Policy": computes<gcp.binaryauthorization.Policy>()((r) => ({
    id: `projects/${r.project}`,
    deletionPolicy: "DELETE",
  })),
  "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": computes<gcp.iam.WorkloadIdentityPool>()((r) => {
    const pool = text(r, "workloadIdentityPoolId");
    return {
      id: `projects/${r.project}/locations/global/workloadIdentityPools/${pool}`,
      // by the project's number, as IAM names its principals
      name: `projects/${projectNumber}/locations/global/workloadIdentityPools/${pool}`,
      state: "ACTIVE",
    };
  }),
  "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider":
    computes<gcp.iam.WorkloadIdentityPoolProvider>()((r) => {
      const path = `${text(r, "workloadIdentityPoolId")}/providers/${text(r, "workloadIdentityPoolProviderId")}`;
      return {
        id: `projects/${r.project}/locations/global/workloadIdentityPools/${path}`,
        name: `projects/${projectNumber}/locations/global/workloadIdentityPools/${path}`,
        state: "ACTIVE",
      };
    }),
  "gcp:monitoring/notificationChannel:NotificationChannel": computes<gcp.monitoring.NotificationChannel>()(
    (r) => {
      const digits = [...r.hex(19)].map((digit) => Number.parseInt(digit, 16) % 10).join("");
      const name = `projects/${r.project}/notificationChannels/${digits}`;
      return { id: name, name, project: r.project };
    },
  ),
  "gcp:orgpolicy/policy:Policy": computes<gcp.orgpolicy.Policy>()((r) => ({
    id: text(r, "name"),
    etag: r.hex(12),
  })),
  "gcp:projects/iAMAuditConfig:IAMAuditConfig": computes<gcp.projects.IAMAuditConfig>()((r) => ({
    id: `${r.project}/audit_config/${text(r, "service")}`,
    etag: r.hex(12),
  })),
  "gcp:pubsub/topicIAMMember:TopicIAMMember": computes<gcp.pubsub.TopicIAMMember>()((r) => ({
    id: `${text(r, "topic")}/${text(r, "role")}/${text(r, "member")}`,
    etag: r.hex(12),
  })),
  "gcp:securitycenter/v2ProjectNotificationConfig:V2ProjectNotificationConfig":
    computes<gcp.securitycenter.V2ProjectNotificationConfig>()((r) => {
      const name = `projects/${r.project}/locations/global/notificationConfigs/${text(r, "configId")}`;
      return {
        id: name,
        name,
        serviceAccount: `service-project-${projectNumber}@gcp-sa-scc-notification.iam.gserviceaccount.com`,
      };
    }),
};

/** Answers of the provider functions they call. */
export const functions: InvokeTable = {
  "gcp:logging/getProjectCmekSettings:getProjectCmekSettings": (_, { project }) => ({
    id: `projects/${project}/cmekSettings`,
    name: `projects/${project}/cmekSettings`,
    project,
    kmsKeyVersionName: "",
    serviceAccountId: `cmek-p${projectNumber}@gcp-sa-logging.iam.gserviceaccount.com`,
  }),
};

/** A text input; empty while it is not known. */
function text({ inputs }: Registered, key: string): string {
  const value = inputs[key];
  return typeof value === "string" ? value : "";
}
