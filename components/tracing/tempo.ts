import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Bucket } from "../data/bucket";
import { grafanaPeer } from "../platform/dataSources";
import { namespaces, prometheusPods } from "../platform/names";
import { allowTraffic, egressTo, podsHere, tcp } from "../platform/networkPolicy";
import { podMonitor } from "../platform/podMonitor";
import { afterAll, installChart } from "../platform/release";
import type { ServicePlace } from "../platform/service";
import { internalCertificate } from "../traffic/internalAuthority";
import type { TraceBackend } from "./collectorConfig";
import { collectorPods, collectorPorts, tracingHost } from "./parts";
import { tempoAccount, tempoPods, tempoPort, tempoTlsSecret, tempoValues } from "./tempoValues";

/** How Tempo reaches a bucket, by the identity of its own pod: what its `storage.trace` says of it. */
export type TempoStorage = (bucket: Bucket) => Readonly<Record<string, unknown>>;

/** Arguments of {@link Tempo}. */
export interface TempoArgs extends Pick<
  ServicePlace,
  "cluster" | "identify" | "identityEndpoints" | "nodeSelector"
> {
  /** Namespace of traces, which is there. */
  readonly namespace: pulumi.Output<string>;
  /** How long traces are kept, days. */
  readonly retentionDays: number;
  readonly storage: TempoStorage;
  /** Makes the bucket. */
  readonly bucket: (name: string, opts: pulumi.ComponentResourceOptions) => Bucket;
}

/**
 * Tempo, all of it in one pod: keeps traces in a bucket, which it reaches by its pod's own identity, and answers Grafana. What
 * is not in the bucket yet is on a disk. While it is away for less than five minutes, gateways hold what it would have
 * heard. Needs the internal authority, and the monitoring stack's kinds.
 */
export class Tempo extends pulumi.ComponentResource {
  public readonly release: k8s.helm.v3.Release;
  /** What it keeps traces in, whose copies the cloud watches. */
  public readonly bucket: Bucket;
  /** Where gateways send spans. */
  public readonly backend: TraceBackend = {
    service: "tempo",
    port: collectorPorts.grpc,
    podLabels: tempoPods,
  };

  constructor(name: string, args: TempoArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:tracing:Tempo", name, {}, opts);
    const { namespace, identify, cluster, storage } = args;
    const child: pulumi.CustomResourceOptions = { parent: this };
    this.bucket = args.bucket(name, child);
    const identity = identify(
      `${name}-identity`,
      { namespace: namespaces.tracing, serviceAccount: tempoAccount },
      { ...child, dependsOn: opts?.dependsOn ?? [] },
    );
    this.bucket.grant(`${name}-identity-bucket`, identity, "readWrite", { parent: identity });
    const policy = trafficPolicy(`${name}-traffic`, { ...args, bucket: this.bucket }, child);
    const certificate = internalCertificate(
      `${name}-certificate`,
      {
        secretName: tempoTlsSecret,
        namespace,
        dnsNames: [tracingHost("tempo")],
        usages: ["server auth"],
      },
      afterAll(child, opts, []),
    );
    this.release = installChart(
      name,
      {
        chart: "tempo",
        namespace,
        values: tempoValues({
          ...args,
          storageClassName: cluster.storageClassName,
          bucket: storage(this.bucket),
          serviceAccountAnnotations: identity.serviceAccountAnnotations,
        }),
      },
      { ...child, dependsOn: [policy, certificate, identity] },
    );
    podMonitor(
      `${name}-monitor`,
      { namespace, monitor: "tempo", podLabels: tempoPods, port: tempoPort.name },
      { ...child, dependsOn: this.release },
    );
    this.registerOutputs({});
  }
}

function trafficPolicy(
  name: string,
  {
    namespace,
    identityEndpoints,
    bucket,
  }: Pick<TempoArgs, "namespace" | "identityEndpoints"> & { readonly bucket: Bucket },
  opts: pulumi.CustomResourceOptions,
): k8s.networking.v1.NetworkPolicy {
  return allowTraffic(
    name,
    {
      namespace,
      policy: "tempo",
      podLabels: tempoPods,
      ingress: [
        { from: [podsHere(collectorPods("gateway"))], ports: tcp(collectorPorts.grpc) },
        { from: [prometheusPods, grafanaPeer], ports: tcp(tempoPort.number) },
      ],
      egress: [...bucket.destinations.map(egressTo), ...identityEndpoints.map(egressTo)],
    },
    opts,
  );
}
