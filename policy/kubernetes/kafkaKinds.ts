/** The fields that rules read of Strimzi's custom resources, as its CRDs name them. */

type Settings = Readonly<Record<string, string | number | boolean>>;

/** Strimzi's Kafka. */
export interface KafkaArgs {
  readonly spec?: {
    readonly kafka?: {
      readonly listeners?: readonly {
        readonly type?: string;
        readonly tls?: boolean;
        readonly authentication?: { readonly type?: string };
      }[];
      readonly authorization?: { readonly type?: string; readonly superUsers?: readonly string[] };
      readonly config?: Settings;
      readonly rack?: { readonly topologyKey?: string };
    };
  };
}

/** Strimzi's KafkaNodePool. */
export interface KafkaNodePoolArgs {
  readonly spec?: {
    readonly replicas?: number;
    readonly storage?: {
      readonly volumes?: readonly { readonly type?: string; readonly deleteClaim?: boolean }[];
    };
  };
}

/** Strimzi's KafkaTopic. */
export interface KafkaTopicArgs {
  readonly spec?: { readonly replicas?: number; readonly config?: Settings };
}

/** Strimzi's KafkaUser. */
export interface KafkaUserArgs {
  readonly spec?: {
    readonly authentication?: { readonly type?: string };
    readonly authorization?: {
      readonly type?: string;
      readonly acls?: readonly {
        readonly resource?: { readonly type?: string; readonly name?: string };
        readonly operations?: readonly string[];
      }[];
    };
    readonly quotas?: object;
  };
}
