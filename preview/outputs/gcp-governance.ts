import type * as gcp from "@pulumi/gcp";
import { computes, type InvokeTable, type OutputTable, type Registered } from "./table";

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
  "gcp:billing/budget:Budget": computes<gcp.billing.Budget>()((r) => {
    const name = r.hex(32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
    return { id: `billingAccounts/${text(r, "billingAccount")}/budgets/${name}`, name };
  }),
  "gcp:monitoring/notificationChannel:NotificationChannel": computes<gcp.monitoring.NotificationChannel>()(
    (r) => {
      const digits = [...r.hex(19)].map((digit) => Number.parseInt(digit, 16) % 10).join("");
      const name = `projects/${r.project}/notificationChannels/${digits}`;
      return { id: name, name, project: r.project };
    },
  ),
};

/** Answers of the provider functions they call: none. */
export const functions: InvokeTable = {};

/** A text input; empty while it is not known. */
function text({ inputs }: Registered, key: string): string {
  const value = inputs[key];
  return typeof value === "string" ? value : "";
}
