import type * as gcp from "@pulumi/gcp";
import { computes, type InvokeTable, type OutputTable, type Registered } from "./table";

/** Computed outputs of the resource types that stand beside a cluster of GCP: its backups. */
export const outputs: OutputTable = {
  "gcp:gkebackup/backupPlan:BackupPlan": computes<gcp.gkebackup.BackupPlan>()((r) => ({
    ...named(r, "backupPlans"),
    uid: uuid(r),
    etag: r.hex(12),
    protectedPodCount: 0,
    state: "READY",
    stateReason: "",
  })),
  "gcp:gkebackup/restorePlan:RestorePlan": computes<gcp.gkebackup.RestorePlan>()((r) => ({
    ...named(r, "restorePlans"),
    uid: uuid(r),
    state: "READY",
    stateReason: "",
  })),
};

export const functions: InvokeTable = {};

function named(r: Registered, collection: string): { id: string; name: string; project: string } {
  const id = `projects/${r.project}/locations/${r.region}/${collection}/${r.autoName}`;
  return { id, name: r.autoName, project: r.project };
}

function uuid(r: Registered): string {
  return r.hex(32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
