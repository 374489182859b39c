import type * as gcp from "@pulumi/gcp";
import { computes, type InvokeTable, type OutputTable } from "./table";

/** Computed outputs of the resource types that services on Cloud Run register. */
export const outputs: OutputTable = {
  "gcp:cloudrunv2/job:Job": computes<gcp.cloudrunv2.Job>()((r) => ({
    id: `projects/${r.project}/locations/${r.region}/jobs/${r.autoName}`,
    name: r.autoName,
    project: r.project,
  })),
  "gcp:cloudrunv2/jobIamMember:JobIamMember": computes<gcp.cloudrunv2.JobIamMember>()((r) => ({
    id: `projects/${r.project}/locations/${r.region}/jobs/${r.name}/roles/run.invoker`,
    project: r.project,
  })),
  "gcp:cloudrunv2/service:Service": computes<gcp.cloudrunv2.Service>()((r) => {
    const id = `projects/${r.project}/locations/${r.region}/services/${r.autoName}`;
    const uri = `https://${r.autoName}-${r.hex(10)}-ue.a.run.app`;
    return { id, name: r.autoName, uri, urls: [uri], project: r.project };
  }),
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": computes<gcp.cloudrunv2.ServiceIamMember>()((r) => ({
    id: `projects/${r.project}/locations/${r.region}/services/${r.name}/roles/run.invoker`,
    project: r.project,
  })),
  "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup":
    computes<gcp.compute.RegionNetworkEndpointGroup>()((r) => {
      const id = `projects/${r.project}/regions/${r.region}/networkEndpointGroups/${r.autoName}`;
      return {
        id,
        name: r.autoName,
        project: r.project,
        selfLink: `https://www.googleapis.com/compute/v1/${id}`,
      };
    }),
  "gcp:secretmanager/secretVersion:SecretVersion": computes<gcp.secretmanager.SecretVersion>()((r) => {
    const { secret } = r.inputs;
    const name = `${typeof secret === "string" ? secret : "unknown-secret"}/versions/1`;
    return { id: name, name, version: "1" };
  }),
};

/** Answers of the provider functions they call. */
export const functions: InvokeTable = {};
