import { elasticsearchPorts, hostOf } from "../data/elasticsearchNodes";
import { namespaces } from "../platform/names";
import { podLogs } from "./alloyConfig";
import { lineSeries } from "./elasticAlerts";
import { type Dataset, telemetryCluster } from "./elasticSpec";
import type { RedactionRule } from "./redaction";

/** Where Logstash's pods find what they sign in and are known with. */
export const logstashFolders = {
  /** Certificates by the operator, which rolls the pods as it makes another. */
  server: "/mnt/elastic-internal/http-certs",
  /** The server's key as its input reads it (PKCS #8). */
  key: "/usr/share/logstash/keys",
  /** Who signed the shippers' certificates. */
  shippers: "/etc/logstash/shippers",
  elasticsearch: "/etc/logstash/elasticsearch",
  data: "/usr/share/logstash/data",
} as const;

/** Where shippers bring lines, where Logstash's API answers, and where what it counts is made into metrics. */
export const logstashPorts = { beats: 5044, api: 9600, statsd: 9125, metrics: 9102 } as const;

/** What lines are turned into. */
export interface PipelineArgs {
  /** Namespace of the system's services. */
  readonly systemNamespace: string;
  /** What is taken out of lines, in this order. */
  readonly redact: readonly RedactionRule[];
}

/** A text as Logstash writes it: nothing in it is escaped. */
export function quoted(text: string): string {
  if (text.includes("'")) {
    throw new Error(`pipeline: expected a text without single quotes, got ${text}`);
  }
  return `'${text}'`;
}

/** A field of an event. */
const field = (...path: readonly string[]): string => path.map((part) => `[${part}]`).join("");

const fields = {
  pod: field("kubernetes", "pod", "name"),
  namespace: field("kubernetes", "namespace"),
  container: field("kubernetes", "container", "name"),
  service: field("service", "name"),
  level: field("log", "level"),
  file: field("log", "file", "path"),
  node: field("host", "name"),
} as const;

/** What Kubernetes makes the ends of names from (apimachinery, util/rand). */
const random = "[bcdfghjklmnpqrstvwxz2456789]";

/** Patterns that grok is told of beside its own. */
const patterns: Readonly<Record<string, string>> = { GW_PART: "[^_/]+", GW_LEAST: ".+?" };

/**
 * Where the kubelet keeps what containers say: namespace, pod and its id, then the container, of which a file is of one start, put
 * aside as its time says, and compressed (kubernetes, pkg/kubelet/logs).
 */
export const filePattern = `^${podLogs}/%{GW_PART:${fields.namespace}}_%{GW_PART:${fields.pod}}_[^/]+/%{GW_PART:${fields.container}}/[0-9]+\\.log(?:\\.[0-9]{8}-[0-9]{6}(?:\\.gz)?)?$`;

/** What a pod is one of: its name without what a Deployment, a DaemonSet, a StatefulSet or a Job adds. */
export const servicePattern = `^%{GW_LEAST:${fields.service}}(?:-(?:${random}{8,10}|[0-9]{8,10}))?-(?:${random}{5}|[0-9]{1,3})$`;

/** A pattern as JavaScript reads it, by which it is tried: what it finds by the fields' names, without their brackets. */
export function tried(pattern: string): RegExp {
  return new RegExp(
    pattern.replace(/%\{(\w+):([^}]+)\}/g, (_, name: string, target: string) => {
      const found = target.replace(/\]\[/g, "_").replace(/[[\]]/g, "");
      return `(?<${found}>${patterns[name] ?? ""})`;
    }),
  );
}

const grok = (source: string, pattern: string, failure: string): string => `  grok {
    pattern_definitions => { ${Object.entries(patterns)
      .map(([name, text]) => `"${name}" => ${quoted(text)}`)
      .join(" ")} }
    match => { ${quoted(source)} => ${quoted(pattern)} }
    tag_on_failure => [${failure}]
  }
`;

/** Names under which services say how much a line matters, what it is of, and which trace it belongs to. */
const spelled = {
  [fields.level]: ["level", "severity", "lvl", "log_level"],
  [field("trace", "id")]: ["trace_id", "traceId", "traceID"],
  [field("span", "id")]: ["span_id", "spanId", "spanID"],
  [field("@metadata", "text")]: ["message", "msg"],
} as const;

/** How Node's pino and others number levels. */
const numbered: Readonly<Record<string, string>> = {
  "10": "trace",
  "20": "debug",
  "30": "info",
  "40": "warn",
  "50": "error",
  "60": "fatal",
  warning: "warn",
  err: "error",
  critical: "fatal",
  panic: "fatal",
};

/** How a sign-in that was refused reads, whoever says so. */
export const refusedSignIn =
  "(?i)(authentication|login|sign-?in) (has )?(failed|failure)|failed (login|password|to authenticate)|invalid (credentials|password|token)";

/** A text as Ruby writes it where no quote may stand: `!` has no place in RE2's patterns. */
function ruby(text: string): string {
  if (/!|\\\\/.test(text)) {
    throw new Error(`redaction: expected a pattern without ! and without \\\\, got ${text}`);
  }
  return `%q!${text}!`;
}

/** Takes out what a rule's group found, before anything of the line is looked at: nothing is read out of it that is not in it afterwards. */
function redaction(rules: readonly RedactionRule[]): string {
  const list = rules
    .map(({ pattern, replacement }) => `[Regexp.new(${ruby(pattern)}), ${ruby(replacement)}]`)
    .join(", ");
  return `  ruby {
    init => ${quoted(`@rules = [${list}]`)}
    code => ${quoted(
      [
        'line = event.get("message").to_s',
        "@rules.each { |pattern, replacement| line = line.gsub(pattern) { found = $~; group = found.captures.compact.first; group.nil? ? replacement : found[0].sub(group) { replacement } } }",
        'event.set("message", line)',
      ].join("; "),
    )}
    tag_on_exception => "_unread"
  }
  # a line that could not be looked through is kept by nobody
  if "_unread" in [tags] { drop {} }
`;
}

function spelling(target: string, names: readonly string[]): string {
  return names
    .map(
      (name, index) =>
        `${index === 0 ? "    if" : " else if"} ${field("attributes", name)} { mutate { rename => { ${quoted(field("attributes", name))} => ${quoted(target)} } } }`,
    )
    .join("");
}

const sendTo = (dataset: Dataset) =>
  `mutate { add_field => { ${quoted(field("data_stream", "dataset"))} => ${quoted(dataset)} } }`;

/** To Elasticsearch, which answers when a line is on two nodes' disks; until then the queue keeps it. */
const elasticsearchOutput = `  elasticsearch {
    hosts => [${quoted(`https://${hostOf(telemetryCluster)}:${elasticsearchPorts.http}`)}]
    user => "\${ELASTICSEARCH_USER}"
    password => "\${ELASTICSEARCH_PASSWORD}"
    ssl_certificate_authorities => [${quoted(`${logstashFolders.elasticsearch}/ca.crt`)}]
    data_stream => true
    data_stream_type => "logs"
  }
`;

/** One more of a series, to what makes metrics of it beside Logstash: over the pod's own address, where it may be lost. */
function counted(series: string, labels: Readonly<Record<string, string>>, value = "1|c"): string {
  const tags = Object.entries(labels).map(([label, source]) => `${label}:%{${source}}`);
  const line = `${series}:${value}${tags.length > 0 ? `|#${tags.join(",")}` : ""}`;
  return `udp { host => "127.0.0.1" port => ${logstashPorts.statsd} codec => line { format => ${quoted(line)} } }`;
}

const ofService = { service: fields.service, log_namespace: fields.namespace };

/** What becomes of lines: redacted, read, told apart, counted, and indexed. */
export function linesPipeline({ systemNamespace, redact }: PipelineArgs): string {
  const audit = [
    `(${fields.namespace} == "vault" and [attributes][request] and [attributes][type] in ["request", "response"])`,
    `(${fields.namespace} == "${namespaces.falco}" and [attributes][rule] and [attributes][priority])`,
    // a service that says so of a line of its own
    `(${fields.namespace} == "${systemNamespace}" and [attributes][audit])`,
  ].join(" or ");
  return `input {
  beats {
    port => ${logstashPorts.beats}
    ssl_enabled => true
    ssl_certificate => ${quoted(`${logstashFolders.server}/tls.crt`)}
    ssl_key => ${quoted(`${logstashFolders.key}/tls.key`)}
    ssl_client_authentication => "required"
    ssl_certificate_authorities => [${quoted(`${logstashFolders.shippers}/ca.crt`)}]
    enrich => none
  }
}
filter {
${redaction(redact)}
${grok(fields.file, filePattern, '"_unplaced"')}${grok(fields.pod, servicePattern, "")}  if ![service][name] { mutate { copy => { ${quoted(fields.container)} => ${quoted(fields.service)} } } }

  if [message] =~ /^\\s*\\{/ {
    json { source => "message" target => "attributes" skip_on_invalid_json => true }
  }
  if [attributes] {
${Object.entries(spelled)
  .map(([target, names]) => spelling(target, names))
  .join("\n")}
    if [@metadata][text] { mutate { replace => { "message" => "%{[@metadata][text]}" } } }
  }
  if ${fields.level} {
    mutate { convert => { ${quoted(fields.level)} => "string" } }
    mutate { lowercase => [${quoted(fields.level)}] }
    translate {
      source => ${quoted(fields.level)}
      target => ${quoted(fields.level)}
      override => true
      exact => true
      dictionary => { ${Object.entries(numbered)
        .map(([said, meant]) => `"${said}" => "${meant}"`)
        .join(" ")} }
    }
  }

  if ${audit} {
    ${sendTo("audit")}
  } else if ${fields.namespace} == "${systemNamespace}" {
    ${sendTo("application")}
  } else {
    ${sendTo("platform")}
  }
  mutate {
    add_field => { ${quoted(field("data_stream", "type"))} => "logs" ${quoted(field("data_stream", "namespace"))} => ${quoted(systemNamespace)} }
    rename => { "stream" => ${quoted(field("log", "iostream"))} }
    remove_field => ["agent", "ecs", "input", "@version", ${quoted(fields.file)}]
  }
}
output {
${elasticsearchOutput}
  if ${fields.level} in ["error", "fatal"] { ${counted(lineSeries.errors, ofService)} }
  if [attributes][status] == 401 or [message] =~ /${refusedSignIn}/ { ${counted(lineSeries.refused, ofService)} }
  if ${fields.namespace} == "${namespaces.filebeat}" { ${counted(lineSeries.shipped, { node: fields.node })} }
}
`;
}

/** What Elasticsearch refused for what is in it: kept as one text, of which nothing can be refused. */
export function deadLettersPipeline({ systemNamespace }: Pick<PipelineArgs, "systemNamespace">): string {
  return `input {
  dead_letter_queue {
    path => ${quoted(`${logstashFolders.data}/dead_letter_queue`)}
    pipeline_id => "lines"
    commit_offsets => true
    clean_consumed => true
  }
}
filter {
  ruby {
    code => ${quoted(
      [
        "text = event.to_json",
        'reason = event.get("[@metadata][dead_letter_queue][reason]")',
        'event.to_hash.keys.each { |key| event.remove(key) unless ["@timestamp", "@version"].include?(key) }',
        'event.set("message", text[0, 30000])',
        'event.set("[error][message]", reason)',
      ].join("; "),
    )}
  }
  mutate {
    add_field => {
      ${quoted(field("data_stream", "type"))} => "logs"
      ${quoted(field("data_stream", "dataset"))} => "deadletters"
      ${quoted(field("data_stream", "namespace"))} => ${quoted(systemNamespace)}
    }
  }
}
output {
${elasticsearchOutput}
  ${counted(lineSeries.deadLetters, {})}
}
`;
}

/** How Logstash itself is, by its own API. */
export function healthPipeline(): string {
  const gauge = (series: string, ...path: readonly string[]) =>
    counted(series, {}, `%{${field("pipelines", "lines", ...path)}}|g`);
  return `input {
  http_poller {
    urls => { "stats" => "https://localhost:${logstashPorts.api}/_node/stats/pipelines/lines" }
    schedule => { every => "30s" }
    ssl_certificate_authorities => [${quoted(`${logstashFolders.server}/ca.crt`)}]
    codec => json
  }
}
filter {
  if ![pipelines][lines][queue][max_queue_size_in_bytes] { drop {} }
}
output {
  ${gauge(lineSeries.queued, "queue", "queue_size_in_bytes")}
  ${gauge(lineSeries.queueSize, "queue", "max_queue_size_in_bytes")}
}
`;
}
