import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { namespaces } from "./names";
import { allowTraffic, type Destination, egressTo, type Peer, podsIn } from "./networkPolicy";

/**
 * What Grafana reads from, by the uid that dashboards and links name it by, and the type of its plugin, each of which comes
 * with Grafana. Those of Prometheus and Alertmanager are the chart's own (`sidecar.datasources.uid`, `alertmanager.uid`).
 * https://grafana.com/docs/grafana/latest/administration/provisioning/#data-sources
 */
export const dataSourceTypes = {
  prometheus: "prometheus",
  alertmanager: "alertmanager",
  loki: "loki",
  "loki-platform": "loki",
  elasticsearch: "elasticsearch",
  jaeger: "jaeger",
  tempo: "tempo",
  thanos: "prometheus",
} as const;

/** Uid of a data source of Grafana. */
export type DataSourceUid = keyof typeof dataSourceTypes;

/** Those of traces. */
export type TraceSource = "jaeger" | "tempo";

/** Those that ask who reads them; Grafana has a place for each one's password. */
export const passwordSources: readonly DataSourceUid[] = ["elasticsearch"];

/** Labels of Grafana's pods, which have the namespace `monitoring`. */
export const grafanaPods = { "app.kubernetes.io/name": "grafana" } as const;

/** Grafana, as the ingress of who answers it names it. */
export const grafanaPeer: Peer = podsIn(namespaces.monitoring, grafanaPods);

/** Arguments of {@link dataSource}. */
export interface DataSourceArgs {
  /** One of the stack's own; those of Prometheus and Alertmanager are there already. */
  readonly uid: Exclude<DataSourceUid, "prometheus" | "alertmanager">;
  /** What it is called in Grafana. */
  readonly title: string;
  /** Where it answers inside the cluster, with its port. */
  readonly url: pulumi.Input<string>;
  /** Where Grafana's requests go, for its traffic rule; the other side's own has to let `grafanaPeer` in. */
  readonly destinations: readonly Destination[];
  /**
   * Settings of its type: `jsonData`, which everybody who looks at Grafana's settings can read.
   *
   * @default {}
   */
  readonly settings?: Readonly<Record<string, pulumi.Input<unknown>>>;
  /**
   * Headers of each request, such as the tenant's; none is secret.
   *
   * @default {}
   */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Whom Grafana signs in as, of `passwordSources`; it reads the password from a Secret of its own namespace.
   *
   * @default - nobody
   */
  readonly signIn?: {
    readonly user: pulumi.Input<string>;
    /** A secret. */
    readonly password: pulumi.Input<string>;
  };
  /**
   * Certificate of the authority that signed the other side's, PEM.
   *
   * @default - one that everybody knows, or no TLS
   */
  readonly authority?: pulumi.Input<string>;
}

/** What Grafana's sidecar looks for, in Grafana's own namespace. */
const dataSourceLabel = { grafana_datasource: "1" } as const;

/** Where Grafana has the password of a source, and in which Secret it is; the pod starts without it. */
export function passwordPlace(uid: DataSourceUid): { readonly secret: string; readonly folder: string } {
  return { secret: `grafana-${uid}`, folder: `/etc/secrets/${uid}` };
}

/**
 * Has Grafana read from what stands in the cluster: the source, which its sidecar finds within a minute, and the way to it.
 * `opts` must depend on the base's `ready`, which has the namespace.
 *
 * @throws RangeError where it signs in to a source that Grafana has no place for the password of
 */
export function dataSource(
  name: string,
  args: DataSourceArgs,
  opts: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  const { uid, destinations, signIn } = args;
  if (signIn !== undefined && !passwordSources.includes(uid)) {
    throw new RangeError(`signIn: expected one of ${passwordSources.join(", ")}, got ${uid}`);
  }
  const namespace = namespaces.monitoring;
  const way = allowTraffic(
    `${name}-traffic`,
    { namespace, policy: `grafana-${uid}`, podLabels: grafanaPods, egress: destinations.map(egressTo) },
    opts,
  );
  const password =
    signIn === undefined
      ? []
      : [
          new k8s.core.v1.Secret(
            `${name}-password`,
            {
              metadata: { name: passwordPlace(uid).secret, namespace },
              stringData: pulumi.secret({ password: signIn.password }),
            },
            opts,
          ),
        ];
  const source = new k8s.core.v1.ConfigMap(
    name,
    {
      metadata: { name: `data-source-${uid}`, namespace, labels: dataSourceLabel },
      data: { [`${uid}.json`]: provisioning(args) },
    },
    // Grafana reads no source at all as long as one names a file that is not there
    pulumi.mergeOptions(opts, { dependsOn: password }),
  );
  return [source, way, ...password];
}

/** The source as Grafana's provisioning reads it: JSON, which is YAML. */
function provisioning(args: DataSourceArgs): pulumi.Output<string> {
  const { uid, title, url, settings = {}, headers = {}, signIn, authority } = args;
  const numbered = Object.entries(headers).map(([header, value], index) => ({
    header,
    value,
    index: index + 1,
  }));
  const secure = {
    ...Object.fromEntries(numbered.map(({ value, index }) => [`httpHeaderValue${index}`, value])),
    ...(signIn !== undefined && { basicAuthPassword: `$__file{${passwordPlace(uid).folder}/password}` }),
    ...(authority !== undefined && { tlsCACert: authority }),
  };
  return pulumi.jsonStringify({
    apiVersion: 1,
    datasources: [
      {
        name: title,
        uid,
        type: dataSourceTypes[uid],
        access: "proxy",
        url,
        // what the program says of it stands
        editable: false,
        jsonData: {
          ...settings,
          ...Object.fromEntries(numbered.map(({ header, index }) => [`httpHeaderName${index}`, header])),
          ...(authority !== undefined && { tlsAuthWithCACert: true }),
        },
        ...(signIn !== undefined && { basicAuth: true, basicAuthUser: signIn.user }),
        ...(Object.keys(secure).length > 0 && { secureJsonData: secure }),
      },
    ],
  });
}
