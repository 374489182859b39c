import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { DnsZone } from "../edge/dnsZone";
import { type AlertRule, alertRules } from "../platform/alertRules";
import { namespaces, prometheusPods } from "../platform/names";
import { SecureNamespace } from "../platform/namespace";
import { allowTraffic, egressTo, egressToApiServer, internet, tcp } from "../platform/networkPolicy";
import { platformPriority } from "../platform/priorities";
import { afterAll, installChart } from "../platform/release";
import type { ServicePlace } from "../platform/service";
import type { WayInKind } from "./wayIn";

/** Annotation by which a route, an Ingress or a Service asks for a record of its name; without it none is made. */
export const publishAnnotation = { "groundwork.dev/dns": "publish" } as const;

/** Arguments of {@link ExternalDns}. */
export interface ExternalDnsArgs extends Pick<
  ServicePlace,
  "identify" | "identityEndpoints" | "nodeSelector"
> {
  /** Zone of the records. */
  readonly zone: DnsZone;
  /** Names whose records are the program's own. */
  readonly kept: readonly string[];
  /** Whose records they are, in the zone: of two such services each leaves the other's alone. */
  readonly owner: string;
  /** How requests get in; none where the way in answers for the program's own hosts alone. */
  readonly wayIn?: WayInKind;
}

const serviceAccount = "external-dns";
const pods = { "app.kubernetes.io/name": "external-dns", "app.kubernetes.io/instance": "external-dns" };
const port = 7979;

/** What each way in has names of. */
const sources = { gateway: "gateway-httproute", ingress: "ingress" } as const;

/**
 * Makes records of names that applications add below the domain, where they ask for it. The program's own records are none
 * of its business: it looks at nothing that is not annotated, takes over no record that it has not made, deletes none, and
 * where the cloud can say so may not write the program's names at all. Needs the monitoring stack's kinds and those of the
 * way in.
 *
 * One replica: it elects no leader, and its chart refuses a second. While it is away, records stay as they are.
 */
export class ExternalDns extends pulumi.ComponentResource {
  public readonly release: k8s.helm.v3.Release;

  constructor(name: string, args: ExternalDnsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:traffic:ExternalDns", name, {}, opts);
    const { zone, kept, identify, identityEndpoints } = args;
    const child: pulumi.CustomResourceOptions = { parent: this };

    const namespace = new SecureNamespace(
      name,
      {
        namespace: namespaces.externalDns,
        quota: { requests: { cpu: "200m", memory: "512Mi" }, limits: { cpu: "1", memory: "512Mi" }, pods: 4 },
      },
      child,
    );
    const identity = identify(
      `${name}-identity`,
      { namespace: namespaces.externalDns, serviceAccount },
      { ...child, dependsOn: opts?.dependsOn ?? [] },
    );
    zone.grantRecords(`${name}-identity-zone`, { to: identity, kept }, { parent: identity });
    const policy = allowTraffic(
      `${name}-controller`,
      {
        namespace: namespace.namespaceName,
        policy: "controller",
        podLabels: pods,
        ingress: [{ from: [prometheusPods], ports: tcp(port) }],
        egress: [egressToApiServer, egressTo(internet(443)), ...identityEndpoints.map(egressTo)],
      },
      child,
    );
    this.release = installChart(
      name,
      {
        chart: "externalDns",
        namespace: namespace.namespaceName,
        values: externalDnsValues({
          ...args,
          domain: zone.domain,
          recordsSolver: zone.recordsSolver,
          annotations: identity.serviceAccountAnnotations,
        }),
      },
      afterAll(child, opts, [policy, identity]),
    );
    alertRules(
      `${name}-alerts`,
      { namespace: namespace.namespaceName, rules: "external-dns", alerts },
      { ...child, dependsOn: this.release },
    );
    this.registerOutputs({});
  }
}

/** Seconds after which what was asked for should have been written: ten rounds of the loop. */
const lateSeconds = 600;

const lastSync = "external_dns_controller_last_sync_timestamp_seconds";

/** By the series' names in its source (kubernetes-sigs/external-dns, controller/metrics.go). */
const alerts: Readonly<Record<string, AlertRule>> = {
  "externaldns-late": {
    severity: "warning",
    description: "external-dns: nothing written for ten minutes. Names that applications add are not found.",
    // it is told by who writes: when that is away nobody says anything
    expr: `time() - max(${lastSync}) > ${lateSeconds} or absent(${lastSync})`,
  },
};

/** What the chart's values are made from. */
export interface ExternalDnsValuesArgs extends Pick<ExternalDnsArgs, "owner" | "wayIn" | "nodeSelector"> {
  readonly domain: string;
  /** The cloud's part of the values. */
  readonly recordsSolver: DnsZone["recordsSolver"];
  /** Of its service account. */
  readonly annotations: pulumi.Input<Readonly<Record<string, string>>>;
}

/** Values of the chart. */
export function externalDnsValues({
  owner,
  wayIn,
  nodeSelector,
  domain,
  recordsSolver,
  annotations,
}: ExternalDnsValuesArgs): Record<string, unknown> {
  const { provider, ...extraArgs } = recordsSolver.flags;
  return {
    provider: { name: provider },
    env: Object.entries(recordsSolver.environment).map(([name, value]) => ({ name, value })),
    extraArgs,
    sources: ["service", ...(wayIn === undefined ? [] : [sources[wayIn]])],
    ...(wayIn === "gateway" && { gatewayNamespace: namespaces.gateway }),
    annotationFilter: Object.entries(publishAnnotation)
      .map(([key, value]) => `${key}=${value}`)
      .join(","),
    domainFilters: [domain],
    managedRecordTypes: ["A", "AAAA", "CNAME"],
    policy: "upsert-only",
    registry: "txt",
    txtOwnerId: owner,
    interval: "1m",
    logFormat: "json",
    serviceAccount: { create: true, name: serviceAccount, annotations },
    resources: { requests: { cpu: "20m", memory: "128Mi" }, limits: { cpu: "200m", memory: "128Mi" } },
    priorityClassName: platformPriority,
    nodeSelector,
    serviceMonitor: { enabled: true },
  };
}
