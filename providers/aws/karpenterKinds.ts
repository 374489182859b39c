import type * as pulumi from "@pulumi/pulumi";

/** The part of karpenter.k8s.aws/v1 EC2NodeClass's spec that we use (aws/karpenter-provider-aws v1.14.1). */
export interface NodeClassSpec {
  readonly amiSelectorTerms: readonly { readonly alias: string }[];
  readonly instanceProfile: pulumi.Input<string>;
  readonly subnetSelectorTerms: pulumi.Input<{ readonly id: string }[]>;
  readonly securityGroupSelectorTerms: readonly { readonly id: pulumi.Input<string> }[];
  readonly associatePublicIPAddress: boolean;
  readonly metadataOptions: {
    readonly httpEndpoint: "enabled" | "disabled";
    readonly httpTokens: "required" | "optional";
    readonly httpPutResponseHopLimit: number;
    readonly httpProtocolIPv6: "enabled" | "disabled";
  };
  readonly blockDeviceMappings: readonly {
    readonly deviceName: string;
    readonly ebs: {
      readonly volumeType: "gp3";
      /** With its unit, such as `100Gi`. */
      readonly volumeSize: string;
      readonly encrypted: boolean;
      readonly kmsKeyID: pulumi.Input<string>;
      readonly deleteOnTermination: boolean;
    };
  }[];
  readonly kubelet: { readonly maxPods: number };
  readonly tags: Readonly<Record<string, string>>;
}

/** A duration such as `720h`. */
type Duration = `${number}${"h" | "m" | "s"}`;

/** The part of karpenter.sh/v1 NodePool's spec that we use. */
export interface NodePoolSpec {
  readonly template: {
    readonly metadata: { readonly labels: Readonly<Record<string, string>> };
    readonly spec: {
      readonly nodeClassRef: { readonly group: string; readonly kind: string; readonly name: string };
      readonly taints: readonly {
        readonly key: string;
        readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
      }[];
      readonly requirements: readonly {
        readonly key: string;
        readonly operator: "In" | "Gte" | "Lte";
        readonly values: string[];
      }[];
      readonly expireAfter: Duration;
      readonly terminationGracePeriod: Duration;
    };
  };
  /** Quantities. */
  readonly limits: { readonly cpu: string; readonly memory: string };
  readonly disruption: {
    readonly consolidationPolicy: "WhenEmpty" | "WhenEmptyOrUnderutilized" | "Balanced";
    readonly consolidateAfter: Duration;
    readonly budgets: readonly { readonly nodes: `${number}%` }[];
  };
}
