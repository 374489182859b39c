import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import type { GcpProject } from "./project";

/** What the lookup is told. */
interface Asked {
  /** Resource name of the cluster: `projects/…/locations/…/clusters/…`. */
  readonly cluster: string;
  /** When it was made: a cluster made anew under its name answers elsewhere. */
  readonly createTime: string;
  /** Project that calls are counted on. */
  readonly projectId: string;
  /** Access token of whoever runs the update. */
  readonly token: string;
}

/** What the API says, as far as it is looked at. */
interface Described {
  readonly bootstrapAddress?: string;
}

/**
 * Asks the API where a cluster answers. It is asked once: the address stays as long as the cluster. Whatever is used here has to
 * be global or an argument, since the engine runs it in a process of its own.
 */
export const addressLookup = {
  async create({ cluster, createTime, projectId, token }: Asked): Promise<pulumi.dynamic.CreateResult> {
    const url = `https://managedkafka.googleapis.com/v1/${cluster}`;
    const headers = { authorization: `Bearer ${token}`, "x-goog-user-project": projectId };
    const response = await fetch(url, { headers });
    if (!response.ok) throw new Error(`${url}: expected status 200, got ${response.status}`);
    // what a server says is unknown until it is looked at
    const { bootstrapAddress } = (await response.json()) as Described;
    if (bootstrapAddress === undefined || bootstrapAddress === "") {
      throw new Error(`${url}: expected a bootstrapAddress, got none`);
    }
    // the token is of no use any more, and stays out of the state
    return { id: cluster, outs: { cluster, createTime, bootstrapAddress } };
  },
  diff(_id: string, was: Asked, is: Asked): Promise<pulumi.dynamic.DiffResult> {
    const replaces = was.cluster === is.cluster && was.createTime === is.createTime ? [] : ["cluster"];
    return Promise.resolve({ changes: replaces.length > 0, replaces, deleteBeforeReplace: true });
  },
} satisfies pulumi.dynamic.ResourceProvider<Asked, Asked>;

/**
 * The bootstrap address of a cluster of Managed Service for Apache Kafka, without port. That of a new one holds an id that
 * Google makes (`bootstrap-….….us-east1.managedkafka.s.cloud.goog`), and Google's provider says it from 8.3 on, of which there
 * is no Pulumi provider yet: so the API is asked, with the token that the provider itself uses.
 * https://cloud.google.com/managed-service-for-apache-kafka/docs/reference/rest/v1/projects.locations.clusters
 */
export class GcpKafkaAddress extends pulumi.dynamic.Resource {
  declare readonly bootstrapAddress: pulumi.Output<string>;

  constructor(
    name: string,
    { cluster, project }: { readonly cluster: gcp.managedkafka.Cluster; readonly project: GcpProject },
    opts: pulumi.CustomResourceOptions,
  ) {
    const { accessToken } = gcp.organizations.getClientConfigOutput({
      ...(opts.parent !== undefined && { parent: opts.parent }),
      provider: project.provider,
    });
    super(
      addressLookup,
      name,
      {
        cluster: cluster.id,
        createTime: cluster.createTime,
        projectId: project.projectId,
        token: pulumi.secret(accessToken),
        bootstrapAddress: undefined,
      },
      { ...opts, additionalSecretOutputs: ["token"] },
      "gcp",
      "KafkaAddress",
    );
  }
}
