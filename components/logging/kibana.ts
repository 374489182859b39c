import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { curl, settingsJob } from "../data/elasticsearchSettings";
import { elasticsearchPorts, podsOf } from "../data/elasticsearchNodes";
import type { ComputeQuantity, NamespaceQuota } from "../platform/namespace";
import { allowTraffic, podsHere, tcp } from "../platform/networkPolicy";
import { platformPriority } from "../platform/priorities";
import { spreadOver } from "../platform/spread";
import { elasticObject } from "./elasticKinds";
import { elasticUsers, spaces, telemetryCluster } from "./elasticSpec";
import { elasticVersion, type TelemetryElasticsearch } from "./telemetryElasticsearch";

/** Name of the Kibana object. */
const kibanaName = "logs";

const kibanaPort = 5601;

/** Labels that the operator gives its pods (cloud-on-k8s, pkg/controller/kibana/label). */
const kibanaPods = {
  "common.k8s.elastic.co/type": "kibana",
  "kibana.k8s.elastic.co/name": kibanaName,
} as const;

/** Labels of the job that makes its spaces. */
const spacesPods = { "app.kubernetes.io/name": "kibana-spaces" } as const;

/** The operator's own memory: with less Kibana 9 does not start (elastic/kibana#260491). */
export const kibanaRequests: ComputeQuantity = { cpu: "250m", memory: "2Gi" };
const limits: ComputeQuantity = { cpu: "1", memory: "2Gi" };

/** Kibanas in production: one may go. */
export function kibanas(highlyAvailable: boolean): number {
  return highlyAvailable ? 2 : 1;
}

/** Room for them, for one more as they are replaced, and for the job. */
export function kibanaQuota(highlyAvailable: boolean): NamespaceQuota {
  const pods = kibanas(highlyAvailable) + 1;
  const times = ({ cpu, memory }: { readonly cpu: number; readonly memory: number }) => ({
    cpu: `${pods * cpu}m`,
    memory: `${pods * memory}Gi`,
  });
  return {
    requests: times({ cpu: 250, memory: 2 }),
    limits: times({ cpu: 1000, memory: 2 }),
    pods: pods + 1,
  };
}

/** Arguments of {@link kibana}. */
export interface KibanaArgs {
  readonly elasticsearch: TelemetryElasticsearch;
  readonly highlyAvailable: boolean;
  readonly nodeSelector: Readonly<Record<string, string>>;
}

/** What Kibana is told: nothing of the stack's is told to Elastic, and who looks at logs signs in again each day. */
export const kibanaConfig = {
  "telemetry.optIn": false,
  "telemetry.allowChangingOptInStatus": false,
  "newsfeed.enabled": false,
  "map.includeElasticMapsService": false,
  "xpack.fleet.isAirGapped": true,
  "xpack.security.session.idleTimeout": "1h",
  "xpack.security.session.lifespan": "8h",
} as const;

/**
 * Kibana over the logs, by Elastic's operator: a space for logs and one for the audit's, each for a user of its own. It is reached through
 * the cluster's API (`kubectl port-forward`) and by no public name, as sign-in by the company's own provider (OIDC, SAML) is not in
 * Elasticsearch's free edition, and a password alone is no door to the internet.
 */
export function kibana(
  name: string,
  { elasticsearch, highlyAvailable, nodeSelector }: KibanaArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  const { namespaceName: namespace } = elasticsearch;
  const nodes = podsHere(podsOf(telemetryCluster));
  const traffic = [
    allowTraffic(
      `${name}-traffic`,
      {
        namespace,
        policy: "kibana",
        podLabels: kibanaPods,
        ingress: [{ from: [podsHere(spacesPods)], ports: tcp(kibanaPort) }],
        egress: [{ to: [nodes], ports: tcp(elasticsearchPorts.http) }],
      },
      opts,
    ),
    allowTraffic(
      `${name}-nodes`,
      {
        namespace,
        policy: "from-kibana",
        podLabels: podsOf(telemetryCluster),
        ingress: [
          { from: [podsHere(kibanaPods), podsHere(spacesPods)], ports: tcp(elasticsearchPorts.http) },
        ],
      },
      opts,
    ),
  ];
  const made = elasticObject(
    name,
    {
      kind: "Kibana",
      object: kibanaName,
      namespace,
      spec: {
        version: elasticVersion,
        count: kibanas(highlyAvailable),
        elasticsearchRef: { name: telemetryCluster },
        config: kibanaConfig,
        podTemplate: {
          spec: {
            automountServiceAccountToken: false,
            priorityClassName: platformPriority,
            ...(Object.keys(nodeSelector).length > 0 && { nodeSelector }),
            topologySpreadConstraints: spreadOver(kibanaPods),
            securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
            containers: [
              { name: "kibana", resources: { requests: { ...kibanaRequests }, limits: { ...limits } } },
            ],
          },
        },
      },
    },
    {
      ...opts,
      dependsOn: [...traffic, ...elasticsearch.ready],
      customTimeouts: { create: "20m", update: "20m" },
    },
  );
  if (highlyAvailable) {
    new k8s.policy.v1.PodDisruptionBudget(
      name,
      {
        metadata: { name: "kibana", namespace },
        spec: { maxUnavailable: 1, selector: { matchLabels: { ...kibanaPods } } },
      },
      opts,
    );
  }
  settingsJob(
    `${name}-spaces`,
    {
      namespace,
      job: "kibana-spaces",
      podLabels: spacesPods,
      cluster: telemetryCluster,
      version: elasticVersion,
      user: elasticUsers.spaces,
      said: spaceCommands,
      commands: spaceCommands,
      egress: [{ to: [podsHere(kibanaPods)], ports: tcp(kibanaPort) }],
      authorities: { [authorityFolder]: `${kibanaName}-kb-http-certs-public` },
      nodeSelector,
    },
    { ...opts, dependsOn: [made] },
  );
  return made;
}

const authorityFolder = "/etc/kibana";
const url = `https://${kibanaName}-kb-http:${kibanaPort}`;

/** Makes each space, or what it is called where it is there, and what is looked at in it. */
export const spaceCommands = Object.entries(spaces)
  .flatMap(([id, { title, streams }]) => {
    const ask = (method: "PUT" | "POST", path: string, body: unknown) =>
      curl(`${url}${path}`, body, {
        authority: authorityFolder,
        method,
        headers: { "kbn-xsrf": "true" },
      });
    const space = { id, name: title };
    const view = { id, title: streams.join(","), name: title, timeFieldName: "@timestamp" };
    return [
      `${ask("PUT", `/api/spaces/space/${id}`, space)} || ${ask("POST", "/api/spaces/space", space)}`,
      ask("POST", `/s/${id}/api/data_views/data_view`, { data_view: view, override: true }),
    ];
  })
  .join("\n");
