import { isSharded, type MonitoringSize, shardsOf } from "../platform/monitoringSize";
import { namespaces, platformPrometheus, prometheusPods } from "../platform/names";
import { type Peer, podsIn } from "../platform/networkPolicy";
import { shardsAway } from "./shardAlerts";

/** Labels of the pods of Thanos' querier, as its chart gives them. */
export const querierPods = {
  "app.kubernetes.io/name": "thanos",
  "app.kubernetes.io/instance": "thanos",
  "app.kubernetes.io/component": "query",
} as const;

/** Port of the querier. */
export const querierPort = 9090;

/** Who answers queries inside the cluster. */
export interface MetricsSource {
  /** Of its HTTP API, which is Prometheus'. */
  readonly url: string;
  /** Its pods, which whoever asks has to be let in by. */
  readonly pods: Peer;
  /** Whether these are Prometheus' own; others let in by themselves who asks. */
  readonly isPrometheus: boolean;
  /**
   * In PromQL, what has an answer while some of the series are missing: their sums are too small then.
   *
   * @default - none are: it has all of them, or does not answer
   */
  readonly missing?: string;
}

/** Prometheus: each of its replicas has every series. */
export const onePrometheus: MetricsSource = {
  url: platformPrometheus,
  pods: prometheusPods,
  isPrometheus: true,
};

/** Who has all of the series: Prometheus, or, where it is in shards that have a part each, Thanos' querier. */
export function metricsSource(size: Pick<MonitoringSize, "shards">): MetricsSource {
  if (!isSharded(size)) return onePrometheus;
  return {
    url: `http://thanos-query.${namespaces.thanos}.svc:${querierPort}`,
    pods: podsIn(namespaces.thanos, querierPods),
    isPrometheus: false,
    missing: shardsAway(shardsOf(size)),
  };
}
