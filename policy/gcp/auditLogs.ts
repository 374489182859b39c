import { isTrue } from "../check";
import { pointsAt, type PlacedResource, type Stack } from "../stack";

const auditConfig = "gcp:projects/iAMAuditConfig:IAMAuditConfig";
const logBucket = "gcp:logging/projectBucketConfig:ProjectBucketConfig";

/** A term that is left out, in the Logging query language: `NOT term`, `-term`, `field != value`, `field !~ value`. */
const leftOut =
  /(?:\bNOT\s+|(?<![\w"])-)(?:[\w.]*\([^()]*\)|[\w.]+\s*(?:=~|[:=])\s*(?:\([^()]*\)|"[^"]*"|\S+))|[\w.]+\s*!(?:=|~)\s*(?:"[^"]*"|\S+)/g;

/**
 * True for a filter that asks for audit logs: it names them, and not to leave them out alone.
 * https://cloud.google.com/logging/docs/view/logging-query-language
 */
export function asksForAuditLogs(filter: string): boolean {
  return filter.replace(leftOut, "").includes("cloudaudit.googleapis.com");
}

/** True for the bucket that a sink carries the project's audit logs to. */
export function takesAuditLogs(bucket: PlacedResource<typeof logBucket>, stack: Stack): boolean {
  return stack
    .ofType("gcp:logging/projectSink:ProjectSink")
    .some((sink) => pointsAt(sink, "destination", bucket) && asksForAuditLogs(sink.props.filter ?? ""));
}

/** True for the stack that audits its project, which of those in one project one alone does: it locks the record, too. */
export function audits(stack: Stack): boolean {
  return (
    stack.ofType(auditConfig).length > 0 || stack.ofType(logBucket).some(({ props }) => isTrue(props.locked))
  );
}

/** True where the stack has it recorded who reads and who writes objects in its project. */
export function recordsObjects(stack: Stack): boolean {
  const on = stack
    .ofType(auditConfig)
    .filter(({ props }) => ["allServices", "storage.googleapis.com"].includes(props.service ?? ""))
    .flatMap(({ props: { auditLogConfigs = [] } }) => auditLogConfigs.map(({ logType }) => logType));
  return ["DATA_READ", "DATA_WRITE"].every((logType) => on.includes(logType));
}
