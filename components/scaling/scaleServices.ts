import type * as pulumi from "@pulumi/pulumi";
import type { MetricsSource } from "../metrics/metricsSource";
import { planWorkload } from "../workload/plan";
import { type Measured, requestsPerSecond as requestRate } from "../workload/requestSeries";
import type { EventScalingSpec, WorkloadSpec } from "../workload/spec";
import { type CountedLog, type CountedQueue, prometheusTrigger, type Trigger } from "./backlog";
import type { Keda } from "./keda";
import { ScaledWorkload } from "./scaledWorkload";

/** What can be counted, by the names that services use. */
export interface Counted {
  /** @default - there is no Kafka */
  readonly kafka?: CountedLog;
  readonly queues: Readonly<Record<string, CountedQueue>>;
}

/** Arguments of {@link scaleServices}. */
export interface ScaleServicesArgs {
  readonly services: Readonly<Record<string, WorkloadSpec>>;
  /** Namespace of the services. */
  readonly namespace: pulumi.Input<string>;
  /** Their pods, by their names. */
  readonly pods: Readonly<Record<string, pulumi.Resource>>;
  readonly counted: Counted;
  /** Who tells how many requests there are, and the services' namespace as queries say it. */
  readonly requests: { readonly measured: Measured; readonly namespace: string };
  readonly keda: Pick<Keda, "release" | "identity">;
  /** Who answers queries in the cluster, by an API such as Prometheus'. */
  readonly metrics: Pick<MetricsSource, "url" | "missing">;
}

/** Whether a service is scaled by what only an identity of the cloud may count: queues, and a Kafka that asks for one. */
export function countsByIdentity(
  services: ScaleServicesArgs["services"],
  kafka: Pick<CountedLog, "needsCounter"> | undefined,
): boolean {
  return Object.values(services).some(
    ({ scaling }) =>
      scaling?.queueDepth !== undefined || (scaling?.kafkaLag !== undefined && kafka?.needsCounter === true),
  );
}

/** Scales each service that names what waits for it. */
export function scaleServices(
  name: string,
  { services, namespace, pods: podsByService, counted, requests, keda, metrics }: ScaleServicesArgs,
  opts: { readonly parent: pulumi.Resource; readonly provider: pulumi.ProviderResource },
): void {
  for (const [service, spec] of Object.entries(services)) {
    const pods = podsByService[service];
    if (spec.scaling === undefined || pods === undefined) continue;
    const triggers = triggersOf(`${name}-${service}`, {
      service,
      spec,
      scaling: spec.scaling,
      counted,
      requests,
      keda,
      metrics,
      parent: opts.parent,
    });
    new ScaledWorkload(
      `${name}-${service}`,
      { plan: planWorkload(service, spec), keda: keda.release, pods, namespace, triggers },
      { parent: opts.parent, providers: [opts.provider] },
    );
  }
}

/** What a service is scaled by, each counted as who may count there and nothing more. */
function triggersOf(
  name: string,
  {
    service,
    spec,
    scaling: { kafkaLag, queueDepth, requestsPerSecond, prometheus },
    counted,
    requests,
    keda: { identity },
    metrics: { url: metricsUrl, missing },
    parent,
  }: Pick<ScaleServicesArgs, "counted" | "requests" | "keda" | "metrics"> & {
    readonly service: string;
    readonly spec: WorkloadSpec;
    readonly scaling: EventScalingSpec;
    readonly parent: pulumi.Resource;
  },
): Readonly<Record<string, Trigger>> {
  const own = { parent };
  const who = { consumer: service, metricsUrl, ...(identity !== undefined && { counter: identity }) };
  const source = { serverAddress: metricsUrl, ...(missing !== undefined && { missing }) };
  const key = `${service}.scaling`;
  const triggers: Record<string, Trigger> = {};
  if (kafkaLag !== undefined) {
    used(`${key}.kafkaLag`, spec, "kafka");
    const kafka = known(`${key}.kafkaLag`, "a store kafka", counted.kafka);
    triggers["kafka-lag"] = kafka.lag(`${name}-kafka-lag`, { ...who, ...kafkaLag }, own);
  }
  if (queueDepth !== undefined) {
    const { queue, messages } = queueDepth;
    used(`${key}.queueDepth.queue`, spec, queue);
    const store = known(`${key}.queueDepth.queue`, `one of the queues, not ${queue}`, counted.queues[queue]);
    triggers["queue-depth"] = store.backlog(`${name}-queue-depth`, { ...who, messages }, own);
  }
  if (requestsPerSecond !== undefined) {
    if (requests.measured === "workload")
      known(`${service}.metrics`, "a port, as it is scaled on requests", spec.metrics);
    triggers["requests-per-second"] = prometheusTrigger({
      ...source,
      query: requestRate(requests.measured, { service, namespace: requests.namespace }),
      threshold: requestsPerSecond,
    });
  }
  if (prometheus !== undefined) {
    triggers["prometheus"] = prometheusTrigger({ ...source, ...prometheus });
  }
  return triggers;
}

/** A service is scaled by what it uses, and by nothing of another's. */
function used(key: string, { stores = {} }: WorkloadSpec, store: string): void {
  if (stores[store] === undefined) {
    throw new RangeError(
      `${key}: expected one of its stores ${Object.keys(stores).join(", ")}, got ${store}`,
    );
  }
}

function known<T>(key: string, what: string, value: T | undefined): T {
  if (value === undefined) throw new RangeError(`${key}: expected ${what}, got none`);
  return value;
}
