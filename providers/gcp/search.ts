import type * as pulumi from "@pulumi/pulumi";
import { Elasticsearch } from "../../components/data/elasticsearch";
import type { SearchArgs } from "../../components/data/search";

/**
 * `Search` on Google Cloud, which hosts no such engine itself: Elasticsearch in the cluster, whoever is to host it.
 * On Autopilot its pods ask for nothing that Autopilot refuses, as their files are read and not mapped.
 */
export class GcpSearch extends Elasticsearch {
  constructor(name: string, args: SearchArgs, opts?: pulumi.ComponentResourceOptions) {
    super(name, args, opts, "groundwork:gcp:Search");
  }
}
