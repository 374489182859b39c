import type { PlatformSpec } from "../platform/platformSpec";
import type { WayInKind } from "../traffic/wayIn";
import type { Measured } from "../workload/requestSeries";
import type { BusinessMetric } from "../workload/businessMetric";
import { alertsBoard } from "./alerts";
import { backupsBoard } from "./backups";
import type { Board, BoardLink } from "./board";
import { businessBoard } from "./business";
import { certificatesBoard } from "./certificates";
import { clusterBoard } from "./cluster";
import { costBoard } from "./cost";
import { deliveryBoard } from "./delivery";
import { wayInBoard } from "./gateway";
import { meshBoard } from "./mesh";
import { namespacesBoard } from "./namespaces";
import { nodesBoard } from "./nodes";
import { observabilityBoard } from "./observability";
import { scalingBoard } from "./scaling";
import { securityBoard } from "./security";
import { type ShownStore, shownStores, storeBoard, type StoreView } from "./storeBoards";
import { sloBoard } from "./slo";
import { vaultBoard } from "./vault";
import { workloadsBoard } from "./workloads";

/** What a stack has that dashboards show. */
export interface BoardFacts {
  /** Of the system's services. */
  readonly namespace: string;
  readonly services: readonly string[];
  /** Those of them that Prometheus asks for metrics. */
  readonly scraped: readonly string[];
  /** Who tells how requests to them went. */
  readonly measured: Measured;
  readonly platform: PlatformSpec;
  /** Whether images' signatures are looked at. */
  readonly signatures: boolean;
  readonly wayIn: WayInKind;
  /** Whether the cluster's DNS is CoreDNS, which is scraped. */
  readonly coreDns: boolean;
  /** Whether nodes have an exporter. */
  readonly nodeExporter: boolean;
  readonly stores: Readonly<Partial<Record<ShownStore, StoreView>>>;
  readonly businessMetrics: Readonly<Record<string, BusinessMetric>>;
  /** From the services' dashboard to their logs and traces. */
  readonly links: readonly BoardLink[];
}

/** The dashboards of a stack: each shows what the stack has, and none what it hasn't. */
export function boardsOf(facts: BoardFacts): readonly Board[] {
  const { namespace, services, measured, platform, signatures, wayIn, coreDns, nodeExporter, links } = facts;
  const { argoCd, argoRollouts, flagd, falco, trivyOperator, vault, velero, istio, keda } = platform;
  const delivers = argoCd !== undefined || argoRollouts !== undefined || flagd !== undefined;
  const asked = Object.keys(facts.businessMetrics).length > 0;
  const delivery = {
    argoCd: argoCd !== undefined,
    argoRollouts: argoRollouts !== undefined,
    flagd: flagd !== undefined,
  };
  const guards = { falco: falco !== undefined, trivy: trivyOperator !== undefined, kyverno: signatures };
  return [
    clusterBoard({ coreDns }),
    ...(nodeExporter ? [nodesBoard] : []),
    namespacesBoard,
    workloadsBoard({ namespace, services, measured, links }),
    sloBoard({ namespace, services }),
    scalingBoard({ namespace, keda: keda !== undefined }),
    ...(asked ? [businessBoard({ namespace, scraped: facts.scraped, metrics: facts.businessMetrics })] : []),
    wayInBoard(wayIn),
    ...(istio === undefined || measured !== "mesh" ? [] : [meshBoard({ namespace })]),
    ...shownStores.flatMap((store) => {
      const view = facts.stores[store];
      return view === undefined ? [] : [storeBoard(store, view)];
    }),
    alertsBoard,
    costBoard,
    ...(delivers ? [deliveryBoard(delivery)] : []),
    securityBoard(guards),
    certificatesBoard({
      externalSecrets: platform.externalSecrets !== undefined,
      externalDns: platform.externalDns !== undefined,
    }),
    ...(vault === undefined ? [] : [vaultBoard]),
    ...(velero === undefined ? [] : [backupsBoard]),
    observabilityBoard,
  ];
}
