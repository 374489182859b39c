import type { Judged } from "./prove";

/** A value that changes nothing today and stays. */
export interface Acceptance {
  readonly chart: string;
  /** Keys from the outermost to the innermost, with dots between them. */
  readonly path: string;
  readonly reason: string;
}

const ofPurpose = "as the chart's own default is today, which the program counts on";

export const acceptances: readonly Acceptance[] = [
  {
    chart: "cert-manager",
    path: "serviceAccount.name",
    reason: "the chart's own, as long as its release is called so; the cloud's identity is bound to it",
  },
  {
    chart: "reloader",
    path: "reloader.deployment.containerSecurityContext.readOnlyRootFilesystem",
    reason: "set by `reloader.readOnlyRootFileSystem` as well, which brings the volume that it then needs",
  },
  { chart: "loki", path: "loki.structuredConfig.ingester.wal.flush_on_shutdown", reason: ofPurpose },
  { chart: "loki", path: "loki.structuredConfig.server.grpc_listen_port", reason: ofPurpose },
  { chart: "loki", path: "loki.structuredConfig.server.http_listen_port", reason: ofPurpose },
  { chart: "base", path: "defaultRevision", reason: ofPurpose },
  { chart: "base", path: "global.istioNamespace", reason: ofPurpose },
  { chart: "cni", path: "cniBinDir", reason: "GKE's is another; on EKS it is the chart's own" },
  { chart: "cni", path: "updateStrategy.type", reason: ofPurpose },
  { chart: "gateway", path: "autoscaling.enabled", reason: ofPurpose },
  {
    chart: "gateway",
    path: "autoscaling.minReplicas",
    reason: "one in dev, as the chart has it; more in other stacks",
  },
  { chart: "gateway", path: "podAnnotations.inject.istio.io/templates", reason: ofPurpose },
  { chart: "gateway", path: "podAnnotations.sidecar.istio.io/inject", reason: ofPurpose },
  { chart: "gateway", path: "resources.requests.cpu", reason: ofPurpose },
  {
    chart: "nvidia-device-plugin",
    path: "nfd.enabled",
    reason: "the part is off as long as `gfd.enabled` is, and has to stay so",
  },
];

/** Whether it is the value that is meant. */
export function accepts({ chart, path }: Acceptance, judged: Pick<Judged, "chart" | "path">): boolean {
  return judged.chart === chart && judged.path.join(".") === path;
}
