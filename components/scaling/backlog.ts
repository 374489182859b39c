import * as pulumi from "@pulumi/pulumi";
import type { WorkloadIdentity } from "../identity/workloadIdentity";
import type { Destination } from "../platform/networkPolicy";

/** Whose identity KEDA signs in with where a store asks for one. */
export const podIdentities = ["aws", "gcp"] as const;
export type PodIdentity = (typeof podIdentities)[number];

/** Something that KEDA asks for a number by which a workload is scaled: a scaler of its own, and what that is told. */
export interface Trigger {
  /** Scaler (https://keda.sh/docs/2.20/scalers/). */
  readonly type: string;
  /** What the scaler is told, never a credential. */
  readonly metadata: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * How it signs in.
   *
   * @default - it does not have to
   */
  readonly podIdentity?: PodIdentity;
  /**
   * Where it asks, beside TLS on port 443 and the cluster's own Prometheus.
   *
   * @default []
   */
  readonly destinations?: readonly Destination[];
}

/** Arguments of what counts how much waits for a workload. */
export interface BacklogArgs {
  /**
   * KEDA's own identity, which may count and nothing else.
   *
   * @default - it has none, as nobody that it asks wants one (`needsCounter`)
   */
  readonly counter?: WorkloadIdentity;
  /**
   * Who answers queries in the cluster, for what is counted by its metrics: the URL of an API such as Prometheus'.
   *
   * @default - the platform's Prometheus
   */
  readonly metricsUrl?: string;
  /** Name of the workload's service. */
  readonly consumer: string;
  /** Messages that wait for each of its pods before there is another pod. */
  readonly messages: number;
}

/** A queue whose messages can be counted by who takes none. */
export interface CountedQueue {
  /** Lets the counter count what waits in the queue, and says how. */
  backlog(name: string, args: BacklogArgs, opts: pulumi.ComponentResourceOptions): Trigger;
}

/** @throws Error where a store that asks for an identity is given none */
export function counterOf({ counter, consumer }: BacklogArgs): WorkloadIdentity {
  if (counter === undefined) {
    throw new Error(`${consumer}.scaling: expected an identity that may count, got none`);
  }
  return counter;
}

/** A log of messages of which can be told how far each group of consumers is behind. */
export interface CountedLog {
  /** Whether it asks who counts for an identity of the cloud. */
  readonly needsCounter: boolean;
  /** Lets the counter see how far the consumer's group is behind on a topic, and says how. */
  lag(
    name: string,
    args: BacklogArgs & { readonly topic: string },
    opts: pulumi.ComponentResourceOptions,
  ): Trigger;
}

/**
 * A number that a Prometheus has. Where it has none that is an error, and not nothing: a workload is not made smaller because
 * nobody counted. So it is where only some have counted: Thanos answers without those that it lost, with a warning that KEDA does
 * not read (thanos-io/thanos, docs/components/query.md, "Partial Response"). Asked for no such answer it fails while one of them is
 * silent; whom it knows to be gone it asks no more (pkg/query/endpointset.go, `isQueryable`), so that who is missing is asked for too.
 */
export function prometheusTrigger({
  serverAddress,
  query,
  threshold,
  podIdentity,
  missing,
}: {
  readonly serverAddress: pulumi.Input<string>;
  readonly query: pulumi.Input<string>;
  readonly threshold: number;
  readonly podIdentity?: PodIdentity;
  /**
   * What has an answer while some of the series are missing.
   *
   * @default - none are: it has all of them, or does not answer
   */
  readonly missing?: string;
}): Trigger {
  const whole =
    missing === undefined
      ? { query }
      : {
          query: pulumi.interpolate`(${query}) unless on () (${missing})`,
          queryParameters: "partial_response=false",
        };
  return {
    type: "prometheus",
    metadata: { serverAddress, ...whole, threshold: String(threshold), ignoreNullValues: "false" },
    ...(podIdentity !== undefined && { podIdentity }),
  };
}
