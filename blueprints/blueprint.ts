import type { NodePoolArgs } from "../components/cluster/nodePools";
import type { NodeProvisioning } from "../components/cluster/nodeProvisioning";
import type { QueueSpec } from "../components/data/queue";
import type { RecoveryGoal } from "../components/data/recovery";
import type { EdgeSpec } from "../components/edge/edge";
import type { MonitoringSize } from "../components/platform/monitoringSize";
import type { PlatformSpec } from "../components/platform/platformSpec";
import type { SecretSpec } from "../components/secrets/secret";
import type { StatedQuota } from "../components/workload/plan";
import type { BusinessMetric } from "../components/workload/businessMetric";
import type { WorkloadSpec } from "../components/workload/spec";
import type { StoreSizes } from "./stores";

/** A whole system as data, in its production size, the preset `ha`; `sizeFor` makes the smaller ones from it. */
export interface Blueprint {
  readonly name: string;
  /** Namespace of the services. */
  readonly namespace: string;
  /**
   * Who sizes the machines below the services' pods: the blueprint, by its pools, or the cloud (Fargate, GKE Autopilot), and
   * then there are no pools.
   *
   * @default "nodes"
   */
  readonly podRuntime?: "nodes" | "serverless";
  /** Pools by name; `system` carries the platform's own pods. */
  readonly nodePools: Readonly<Record<string, NodePoolArgs>>;
  /**
   * Pool of what keeps metrics, logs and traces: Prometheus, Thanos, Loki, Jaeger and the collectors, whose memory grows with the
   * system. On nodes of 8 GiB a Prometheus of 5 finds no room.
   *
   * @default "system"
   */
  readonly telemetryPool?: string;
  /**
   * Pool of the tools for which no request waits: Argo CD, and Trivy with its scans. Another one leaves the pool of the platform's
   * own pods room for them where a zone is lost.
   *
   * @default "system"
   */
  readonly toolsPool?: string;
  /**
   * Nodes made to measure beside the pools, for the services that ask for them.
   *
   * @default - the pools are all there is
   */
  readonly nodeProvisioning?: NodeProvisioning;
  /** What it keeps its data in, beside a bucket, which every system has. */
  readonly stores: StoreSizes;
  /**
   * Queues by the names that the services' `stores` use.
   *
   * @default {}
   */
  readonly queues?: Readonly<Record<string, QueueSpec>>;
  /**
   * What is asked of every store in a stack that has a region for recovery, as prod has to.
   *
   * @default - nothing
   */
  readonly recovery?: RecoveryGoal;
  /**
   * Secrets of the cloud's secret store, by the names that the services' `stores` use; each is read by those that name it
   * and by no other.
   *
   * @default {}
   */
  readonly secrets?: Readonly<Record<string, SecretSpec>>;
  readonly services: Readonly<Record<string, WorkloadSpec>>;
  /**
   * What the services' namespace may ask for and use, in every size of the system.
   *
   * @default - what the services need at their highest
   */
  readonly quota?: StatedQuota;
  /**
   * CDN and web application firewall before the services.
   *
   * @default - clients come straight to the cluster's load balancer
   */
  readonly edge?: EdgeSpec;
  /** Services of the platform beside those that every system stands on. */
  readonly platform: PlatformSpec;
  /**
   * What the system is there for, in figures that its services tell Prometheus, by their keys: each is on a dashboard.
   *
   * @default {} - there is no such dashboard
   */
  readonly businessMetrics?: Readonly<Record<string, BusinessMetric>>;
  /** More than one of each of the platform's own services, spread over zones. */
  readonly highlyAvailable: boolean;
  readonly monitoring: MonitoringSize;
}
