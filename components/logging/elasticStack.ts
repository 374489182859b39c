import * as pulumi from "@pulumi/pulumi";
import { alertRules } from "../platform/alertRules";
import { namespaces } from "../platform/names";
import type { ServicePlace } from "../platform/service";
import { lineAlerts } from "./elasticAlerts";
import { filebeat, filebeatNamespace, shippers } from "./filebeat";
import { kibana, kibanaQuota } from "./kibana";
import { logstash, logstashQuota } from "./logstash";
import type { RedactionRule } from "./redaction";
import { TelemetryElasticsearch, type TelemetryElasticsearchArgs } from "./telemetryElasticsearch";

/** Arguments of an {@link ElasticStack}. */
export interface ElasticStackArgs
  extends ServicePlace, Omit<TelemetryElasticsearchArgs, "beside" | "shipping"> {
  /** Namespace of the system's services. */
  readonly systemNamespace: string;
  /** What is taken out of lines, in this order. */
  readonly redact: readonly RedactionRule[];
  /** Certificate of the authority inside the cluster, PEM. */
  readonly internalAuthority: pulumi.Input<string>;
}

/**
 * Logs by Elastic's stack: Filebeat on each node, Logstash, Elasticsearch, Kibana. Logs of the system's services, of the platform and
 * for an audit are apart, each with its retention, and errors and refused sign-ins are counted as they pass.
 */
export class ElasticStack extends pulumi.ComponentResource {
  public readonly elasticsearch: TelemetryElasticsearch;

  constructor(name: string, args: ElasticStackArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:logging:ElasticStack", name, {}, opts);
    const { highlyAvailable, dataNodeSelector: nodeSelector, systemNamespace, redact, cluster } = args;
    const { internalAuthority } = args;
    const child: pulumi.CustomResourceOptions = { parent: this };

    const place = filebeatNamespace(`${name}-filebeat`, child);
    this.elasticsearch = new TelemetryElasticsearch(
      `${name}-es`,
      {
        ...args,
        shipping: { namespace: namespaces.filebeat, place },
        beside: [kibanaQuota(highlyAvailable), logstashQuota(highlyAvailable)],
      },
      pulumi.mergeOptions(child, { dependsOn: opts?.dependsOn ?? [] }),
    );
    const { elasticsearch } = this;
    const logstashes = logstash(
      `${name}-logstash`,
      {
        elasticsearch,
        highlyAvailable,
        nodeSelector,
        storageClassName: cluster.storageClassName,
        systemNamespace,
        redact,
        internalAuthority,
        shippers,
      },
      child,
    );
    const issuer = opts?.dependsOn;
    filebeat(`${name}-filebeat`, { place, logstash: logstashes, issuer }, child);
    kibana(`${name}-kibana`, { elasticsearch, highlyAvailable, nodeSelector }, child);
    elasticsearch.showInGrafana(`${name}-grafana`, child);
    alertRules(
      `${name}-line-alerts`,
      { namespace: elasticsearch.namespaceName, rules: "lines", alerts: lineAlerts },
      { ...child, dependsOn: logstashes.ready },
    );
    this.registerOutputs({});
  }
}
