import type * as gcp from "@pulumi/gcp";
import { computes, type InvokeTable, type OutputTable, type Registered } from "./table";

/** Number of every project, as in `preview/outputs/gcp.ts`. */
const projectNumber = "123456789012";

/** Computed outputs of the resource types that secrets of GCP and their rotation register. */
export const outputs: OutputTable = {
  "gcp:cloudscheduler/job:Job": computes<gcp.cloudscheduler.Job>()((r) => ({
    id: `projects/${r.project}/locations/${r.region}/jobs/${r.autoName}`,
    name: r.autoName,
    project: r.project,
    state: "ENABLED",
  })),
  "gcp:secretmanager/secret:Secret": computes<gcp.secretmanager.Secret>()((r) => ({
    id: `projects/${r.project}/secrets/${r.autoName}`,
    name: `projects/${projectNumber}/secrets/${r.autoName}`,
    project: r.project,
    secretId: r.autoName,
  })),
  "gcp:secretmanager/secretIamMember:SecretIamMember": computes<gcp.secretmanager.SecretIamMember>()((r) => ({
    id: `${text(r, "secretId")}/${text(r, "role")}/${text(r, "member")}`,
    etag: r.hex(12),
    project: r.project,
  })),
  "gcp:workflows/workflow:Workflow": computes<gcp.workflows.Workflow>()((r) => ({
    id: `projects/${r.project}/locations/${r.region}/workflows/${r.autoName}`,
    name: r.autoName,
    project: r.project,
    state: "ACTIVE",
  })),
};

/** Answers of the provider functions they call: none. */
export const functions: InvokeTable = {};

/** A text input; empty while it is not known. */
function text({ inputs }: Registered, key: string): string {
  const value = inputs[key];
  return typeof value === "string" ? value : "";
}
