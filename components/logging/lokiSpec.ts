import type { Redaction } from "./redaction";

/** What a blueprint says of Loki; `{}` asks for it as it is. */
export interface LokiSpec {
  /**
   * How long logs are kept, days.
   *
   * @default - as long as Prometheus keeps metrics
   */
  readonly retentionDays?: number;
  /**
   * How long what is kept for an audit is, days; no less than the rest.
   *
   * @default - as long as the stack keeps its other audit logs (`logRetentionDays`)
   */
  readonly auditRetentionDays?: number;
  /**
   * What is taken out of lines before they leave their node.
   *
   * @default `defaultRedactions`
   */
  readonly redact?: readonly Redaction[];
}

/** Tenants that every stack has beside its system's own, which is called as the system's namespace is. */
export const tenants = { audit: "audit", platform: "platform" } as const;

/** Where Loki answers in the cluster. */
export const lokiPort = 3100;
export const lokiUrl = `http://loki.loki.svc:${lokiPort}`;
