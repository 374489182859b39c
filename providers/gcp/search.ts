import type * as pulumi from "@pulumi/pulumi";
import { Elasticsearch } from "../../components/data/elasticsearch";
import type { SnapshotAccess } from "../../components/data/elasticsearchSnapshots";
import type { SearchArgs } from "../../components/data/search";

/** Snapshots in Cloud Storage, by the identity that GKE's metadata server gives the nodes' service account. */
export const gcsSnapshots: SnapshotAccess = {
  type: "gcs",
  pod: () => ({ env: [], volumes: [], volumeMounts: [] }),
};

/**
 * `Search` on Google Cloud, which hosts no such engine itself: Elasticsearch in the cluster, whoever is to host it.
 * On Autopilot its pods ask for nothing that Autopilot refuses, as their files are read and not mapped.
 */
export class GcpSearch extends Elasticsearch {
  constructor(name: string, args: SearchArgs, opts?: pulumi.ComponentResourceOptions) {
    super(name, { ...args, snapshotAccess: gcsSnapshots }, opts, "groundwork:gcp:Search");
  }
}
