import type { AuditMode } from "../components/governance/audit";
import type { StackFile } from "./schema";

/** Whether the stack makes what an account or project has one of: what the file says, or in prod alone. */
export function auditOf({ audit, environment }: Pick<StackFile, "audit" | "environment">): AuditMode {
  return audit ?? (environment === "prod" ? "stack" : "none");
}
