import type * as pulumi from "@pulumi/pulumi";
import { ElasticKinds, elasticKindsOnce } from "./components/data/elasticKinds";
import { ElasticStack } from "./components/logging/elasticStack";
import { planElasticLoad } from "./components/logging/elasticLoad";
import type { ElasticLoad } from "./components/logging/elasticSizes";
import { defaultRedactions, redactionsOf } from "./components/logging/redaction";
import {
  TelemetryElasticsearch,
  type TelemetryElasticsearchArgs,
} from "./components/logging/telemetryElasticsearch";
import type { Network } from "./components/network/network";
import type { StackConfig } from "./config/resolve";
import { afterBase, servicePlace, type ServicesArgs } from "./services";
import { backupBucket } from "./stores";

/** Where logs and traces are kept. */
export interface TelemetryArgs extends ServicesArgs {
  readonly network: Network;
  /** Has the kinds of Elastic's operator in the cluster. */
  readonly elasticKinds: () => pulumi.Resource;
}

/** Has the kinds of Elastic's operator in the cluster once, for whoever asks first: search, logs or traces. */
export function elasticKindsOf(
  name: string,
  { cluster }: Pick<ServicesArgs, "cluster">,
  opts: pulumi.ComponentResourceOptions,
): () => pulumi.Resource {
  // kinds need no node, and so nothing that stands on one
  return elasticKindsOnce(() => new ElasticKinds(name, { ...opts, providers: [cluster.provider] }));
}

/** What is kept of them, and for how long; undefined where Elasticsearch keeps neither. */
export function elasticLoadOf({ blueprint, logRetentionDays }: ElasticConfig): ElasticLoad | undefined {
  return planElasticLoad({ ...blueprint, logRetentionDays });
}

type ElasticConfig = Pick<StackConfig, "blueprint" | "logRetentionDays">;

/** Makes Elasticsearch for logs and traces, and what brings logs there, where the blueprint asks for it. */
export function keepTelemetry(
  name: string,
  { network, elasticKinds, ...args }: TelemetryArgs,
  opts: pulumi.ComponentResourceOptions,
): TelemetryElasticsearch | undefined {
  const { config, cloud, base } = args;
  const load = elasticLoadOf(config);
  if (load === undefined) return undefined;
  const { blueprint, protect, logRetentionDays } = config;
  const common: Omit<TelemetryElasticsearchArgs, "beside" | "shipping"> = {
    ...servicePlace(args),
    load,
    dataNodeSelector: blueprint.nodePools["application"]?.labels ?? {},
    elasticKinds: elasticKinds(),
    snapshotAccess: cloud.elasticSnapshots("telemetry"),
    // logs are not what a system is brought back from in another region
    snapshotBucket: backupBucket(args, { protect, logRetentionDays }),
    workloadCidrs: network.workloadCidrs,
    protect,
  };
  const after = afterBase(args, opts);
  const { elasticStack } = blueprint.platform;
  if (elasticStack === undefined) {
    return new TelemetryElasticsearch(`${name}-es`, { ...common, beside: [] }, after);
  }
  return new ElasticStack(
    name,
    {
      ...common,
      systemNamespace: blueprint.namespace,
      redact: redactionsOf(elasticStack.redact ?? defaultRedactions),
      internalAuthority: base.internalAuthority,
    },
    after,
  ).elasticsearch;
}
