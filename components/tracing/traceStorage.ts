import type * as pulumi from "@pulumi/pulumi";
import type { Destination } from "../platform/networkPolicy";

/** Elasticsearch as Jaeger gets in. */
export interface TraceStorage {
  /** `https://…:9200`. */
  readonly url: pulumi.Input<string>;
  /** Name of the Secret with what its certificate is checked with, as `ca.crt`. */
  readonly authoritySecret: pulumi.Input<string>;
  /** Name of the Secret with `username` and `password`. */
  readonly userSecret: pulumi.Input<string>;
  readonly destinations: readonly Destination[];
  /** What has to stand before it answers. */
  readonly ready: readonly pulumi.Resource[];
}

/** Elasticsearch before it has let Jaeger in. */
export interface TraceStore {
  /** A user that may make and delete indices `jaeger-*`, read and write them, and keep their templates. */
  readonly username: string;
  /** Whether it has nodes enough that each shard has a second one elsewhere. */
  readonly replicated: boolean;
  /** Lets the pods of a namespace in, and hands it by what. */
  readonly admit: (
    name: string,
    client: {
      readonly namespace: string;
      readonly namespaceName: pulumi.Output<string>;
      readonly podLabels: Readonly<Record<string, string>>;
    },
    opts: pulumi.CustomResourceOptions,
  ) => TraceStorage;
}
