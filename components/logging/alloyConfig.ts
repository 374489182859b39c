import type { RedactionRule } from "./redaction";
import { lokiUrl, tenants } from "./lokiSpec";

/** Whose logs are read, and what becomes of them. */
export interface PipelineArgs {
  /** Namespace of the system's services, and name of its tenant. */
  readonly systemNamespace: string;
  /** What is taken out of lines, in this order. */
  readonly redact: readonly RedactionRule[];
}

/** Label `job` of Kubernetes' events. */
export const eventsJob = "kubernetes-events";

/** Where the kubelet keeps what containers say, `<namespace>_<pod>_<uid>/<container>/<n>.log`. */
export const podLogs = "/var/log/pods";

/** What Kubernetes makes the ends of names from: no vowel, and no digit that looks like one (apimachinery, util/rand). */
const random = "[bcdfghjklmnpqrstvwxz2456789]";

/**
 * What a pod is one of, by its name: without what a Deployment, a DaemonSet, a StatefulSet or a CronJob's run adds, so that there
 * are as many as there are workloads and not as many as there ever were pods.
 */
export const workloadPattern = `^(?P<app>.+?)(?:-(?:${random}{8,10}|[0-9]{8,10}))?-(?:${random}{5}|[0-9]{1,3})$`;

/** Who asks whether somebody is well: kubelets, load balancers, and paths by which it is asked. */
export const healthCheck =
  'kube-probe/|ELB-HealthChecker/|GoogleHC/|"(?:GET|HEAD) /(?:healthz|livez|readyz|ready|health|metrics)[ ?"]|"(?:path|url|uri)":"/(?:healthz|livez|readyz|ready|health|metrics)["?]';

/** An answer that is no success, for which a health check is worth reading. */
export const unhealthy = "\\b[45][0-9][0-9]\\b|[Ee]rror|ERROR|[Ff]ail";

/** Events by which somebody was kept from what they may not do. */
export const securityEvent =
  'PolicyViolation|FailedCreate.*(?:forbidden|violates|denied)|(?:forbidden|violates|denied).*FailedCreate|"reason":"(?:Forbidden|Unauthorized)"';

/** A text as Alloy writes it, which is as JSON does. */
const quoted = (value: string): string => JSON.stringify(value);

/** Where lines go, under the tenant that a stage has given them, or the platform's. */
const write = `loki.write "loki" {
  endpoint {
    url                 = ${quoted(`${lokiUrl}/loki/api/v1/push`)}
    tenant_id           = ${quoted(tenants.platform)}
    max_backoff_retries = 20
  }
}
`;

const logging = `logging {
  level  = "warn"
  format = "json"
}
`;

/** Tokens, addresses and the like go before a line is looked at: nothing is read out of it that is not in it afterwards. */
function replacements(rules: readonly RedactionRule[]): string {
  return rules
    .map(
      ({ pattern, replacement }) => `  stage.replace {
    expression = ${quoted(pattern)}
    replace    = ${quoted(replacement)}
  }
`,
    )
    .join("\n");
}

function given(selector: string, tenant: string): string {
  return `  stage.match {
    selector = ${quoted(selector)}

    stage.tenant {
      value = ${quoted(tenant)}
    }
  }
`;
}

/**
 * Of each node: what its containers say, by files of the kubelet alone, so that no right to anything in the API server is needed,
 * and an API server that is away loses no line.
 *
 * Labels are few, as each combination is a stream of its own: namespace, app, container. What tells one line from the next (the pod,
 * its level, its trace) is kept beside the line.
 */
export function nodePipeline({ systemNamespace, redact }: PipelineArgs): string {
  return `${logging}
loki.source.file "pods" {
  targets = [
    {"__path__" = ${quoted(`${podLogs}/*/*/*.log`)}, "node" = sys.env("K8S_NODE_NAME")},
  ]

  file_match {
    enabled = true
  }
  forward_to = [loki.process.pods.receiver]
}

loki.process "pods" {
  forward_to = [loki.write.loki.receiver]

  stage.cri {
    max_partial_line_size          = 262144
    max_partial_line_size_truncate = true
  }

  stage.regex {
    source     = "filename"
    expression = ${quoted(`^${podLogs}/(?P<namespace>[^_/]+)_(?P<pod>[^_/]+)_[^/]+/(?P<container>[^/]+)/`)}
  }

  stage.regex {
    source     = "container"
    expression = "^(?P<app>.+)$"
  }

  stage.regex {
    source     = "pod"
    expression = ${quoted(workloadPattern)}
  }

  stage.labels {
    values = {namespace = "", app = "", container = ""}
  }

  stage.match {
    selector            = ${quoted(`{namespace=~".+"} |~ ${quoted(healthCheck)} !~ ${quoted(unhealthy)}`)}
    action              = "drop"
    drop_counter_reason = "health_check"
  }

${replacements(redact)}
  stage.json {
    expressions = {
      level    = "level || severity || lvl || log_level",
      trace_id = "trace_id || traceId || traceID",
      span_id  = "span_id || spanId || spanID",
    }
  }

  stage.structured_metadata {
    values = {pod = "", node = "", stream = "", level = "", trace_id = "", span_id = ""}
  }

  stage.label_drop {
    values = ["filename"]
  }

${given(`{namespace=${quoted(systemNamespace)}}`, systemNamespace)}
${given('{namespace="vault", container="vault"} |~ "\\"type\\":\\"(request|response)\\"" |= "\\"request\\":{"', tenants.audit)}
${given('{namespace="falco", container="falco"} |= "\\"rule\\":\\"" |= "\\"priority\\":\\""', tenants.audit)}}

${write}`;
}

/**
 * Of the cluster: Kubernetes' events, which it keeps for an hour itself. Those by which somebody was kept from something are in the
 * audit's tenant too.
 */
export function eventsPipeline({ systemNamespace, redact }: PipelineArgs): string {
  return `${logging}
loki.source.kubernetes_events "cluster" {
  job_name   = ${quoted(eventsJob)}
  log_format = "json"
  forward_to = [loki.process.events.receiver]
}

loki.process "events" {
  forward_to = [loki.write.loki.receiver, loki.process.security.receiver]

${replacements(redact)}
  stage.json {
    expressions = {reason = "reason", kind = "kind", name = "name", type = "type"}
  }

  stage.structured_metadata {
    values = {reason = "", kind = "", name = "", type = ""}
  }

  stage.label_drop {
    values = ["instance"]
  }

${given(`{namespace=${quoted(systemNamespace)}}`, systemNamespace)}}

loki.process "security" {
  forward_to = [loki.write.loki.receiver]

  stage.match {
    selector = ${quoted(`{job=${quoted(eventsJob)}} !~ ${quoted(securityEvent)}`)}
    action   = "drop"
  }

  stage.tenant {
    value = ${quoted(tenants.audit)}
  }
}

${write}`;
}
