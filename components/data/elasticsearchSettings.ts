import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { digest } from "../names";
import { allowTraffic, type EgressRule, podsHere, tcp } from "../platform/networkPolicy";
import { closedContainer } from "../platform/securityContext";
import { authoritySecret, elasticsearchPorts, hostOf, podsOf } from "./elasticsearchNodes";
import { userSecret } from "./elasticsearchUsers";
import type { ElasticsearchVersion } from "./search";

/** Where the job finds who signed the cluster's certificates. */
const certificates = "/etc/search";

/** Arguments of {@link settingsJob}. */
export interface SettingsJobArgs {
  readonly namespace: pulumi.Output<string>;
  /** How the job's name begins, and that of its account and policy. */
  readonly job: string;
  readonly podLabels: Readonly<Record<string, string>>;
  /** Name of the cluster that is told. */
  readonly cluster: string;
  readonly version: ElasticsearchVersion;
  /** Whom the job signs in as, a user of the cluster's. */
  readonly user: string;
  /** All that makes the job another one. */
  readonly said: pulumi.Input<string>;
  /** What it runs, a line each; it signs in as `$SEARCH_USER` with `$SEARCH_PASSWORD`. */
  readonly commands: pulumi.Input<string>;
  /**
   * Where it goes beside the cluster.
   *
   * @default []
   */
  readonly egress?: readonly EgressRule[];
  /**
   * Secrets with an authority (`ca.crt`) by the folder where the job finds it.
   *
   * @default {}
   */
  readonly authorities?: Readonly<Record<string, string>>;
  /**
   * Labels of its node.
   *
   * @default {} - any node
   */
  readonly nodeSelector?: Readonly<Record<string, string>>;
}

/** How a request is made. */
export interface CurlOptions {
  /** Folder with who signed the other side's certificate. */
  readonly authority: string;
  /** @default "PUT" */
  readonly method?: "PUT" | "POST";
  /**
   * Headers beside that of its kind.
   *
   * @default {}
   */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request with a body in JSON, by curl, which fails where the answer does. */
export function curl(
  url: string,
  body: unknown,
  { authority, method = "PUT", headers = {} }: CurlOptions,
): string {
  const said = Object.entries({ "content-type": "application/json", ...headers })
    .map(([header, value]) => `--header '${header}: ${value}'`)
    .join(" ");
  return `curl --silent --show-error --fail-with-body --cacert ${authority}/ca.crt --user "$SEARCH_USER:$SEARCH_PASSWORD" ${said} --request ${method} --data '${JSON.stringify(body)}' ${url}`;
}

/** What a cluster is told, by path. */
export function requestsAs(cluster: string, settings: Readonly<Record<string, unknown>>): string {
  return Object.entries(settings)
    .map(([path, body]) =>
      curl(`https://${hostOf(cluster)}:${elasticsearchPorts.http}/${path}`, body, {
        authority: certificates,
      }),
    )
    .join("\n");
}

/**
 * Tells a cluster's API what it is to do: the operator's own way (StackConfigPolicy) is not in its free edition. The job is
 * another when what it says is another; saying it twice is no harm.
 */
export function settingsJob(
  name: string,
  args: SettingsJobArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.batch.v1.Job {
  const { namespace, job, podLabels, cluster, version, user, egress = [], authorities = {} } = args;
  const { nodeSelector = {} } = args;
  allowTraffic(
    `${name}-traffic`,
    {
      namespace,
      policy: job,
      podLabels,
      egress: [{ to: [podsHere(podsOf(cluster))], ports: tcp(elasticsearchPorts.http) }, ...egress],
    },
    opts,
  );
  const account = new k8s.core.v1.ServiceAccount(
    name,
    { metadata: { name: job, namespace }, automountServiceAccountToken: false },
    opts,
  );
  const fromUser = (key: string) => ({ secretKeyRef: { name: userSecret(user), key } });
  const folders = Object.entries({ [certificates]: authoritySecret(cluster), ...authorities }).map(
    ([mountPath, secretName], index) => ({
      mountPath,
      secretName,
      volume: index === 0 ? "certificates" : `certificates-${index}`,
    }),
  );
  return new k8s.batch.v1.Job(
    name,
    {
      metadata: { name: nameOf(job, args.said), namespace },
      spec: {
        backoffLimit: 6,
        activeDeadlineSeconds: 600,
        template: {
          metadata: { labels: podLabels },
          spec: {
            restartPolicy: "Never",
            serviceAccountName: account.metadata.name,
            automountServiceAccountToken: false,
            ...(Object.keys(nodeSelector).length > 0 && { nodeSelector }),
            securityContext: {
              runAsNonRoot: true,
              runAsUser: 1000,
              seccompProfile: { type: "RuntimeDefault" },
            },
            containers: [
              {
                name: "settings",
                image: `docker.elastic.co/elasticsearch/elasticsearch:${version}`,
                command: ["/bin/sh", "-ec"],
                args: [args.commands],
                env: [
                  { name: "SEARCH_USER", valueFrom: fromUser("username") },
                  { name: "SEARCH_PASSWORD", valueFrom: fromUser("password") },
                ],
                resources: {
                  requests: { cpu: "50m", memory: "64Mi" },
                  limits: { cpu: "200m", memory: "64Mi" },
                },
                securityContext: closedContainer(),
                volumeMounts: folders.map(({ volume, mountPath }) => ({
                  name: volume,
                  mountPath,
                  readOnly: true,
                })),
              },
            ],
            volumes: folders.map(({ volume, secretName }) => ({ name: volume, secret: { secretName } })),
          },
        },
      },
    },
    opts,
  );
}

/** Another name for each content. */
function nameOf(job: string, said: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.output(said).apply((text) => `${job}-${digest(text)}`);
}
