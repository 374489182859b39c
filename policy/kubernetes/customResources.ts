import type * as k8s from "@pulumi/kubernetes";

/**
 * The fields that rules read of custom resources, for which the Kubernetes SDK has no types: each as the CRD of its
 * project names it.
 */

/** cert-manager's Certificate. */
export interface CertificateArgs {
  readonly spec?: {
    readonly isCA?: boolean;
    readonly privateKey?: {
      readonly algorithm?: string;
      readonly size?: number;
      readonly rotationPolicy?: string;
    };
  };
}

/** cert-manager's ClusterIssuer. */
export interface ClusterIssuerArgs {
  readonly spec?: {
    readonly acme?: { readonly server?: string; readonly skipTLSVerify?: boolean };
    readonly selfSigned?: object;
  };
}

/** The Gateway API's Gateway. */
export interface GatewayArgs {
  readonly spec?: {
    readonly listeners?: readonly {
      readonly name?: string;
      readonly hostname?: string;
      readonly protocol?: string;
      readonly tls?: {
        readonly mode?: string;
        readonly certificateRefs?: readonly { readonly name?: string }[];
        readonly options?: Readonly<Record<string, string | undefined>>;
      };
      readonly allowedRoutes?: { readonly namespaces?: { readonly from?: string } };
    }[];
  };
}

/** GKE's ComputeClass. */
export interface ComputeClassArgs {
  readonly spec?: {
    readonly nodePoolConfig?: {
      readonly ipType?: string;
      readonly serviceAccount?: string;
      readonly autoRepair?: boolean;
      readonly autoUpgrade?: boolean;
    };
    readonly priorities?: readonly { readonly storage?: { readonly bootDiskKMSKey?: string } }[];
  };
}

/** Karpenter's EC2NodeClass. */
export interface Ec2NodeClassArgs {
  readonly spec?: {
    readonly amiSelectorTerms?: readonly { readonly alias?: string }[];
    readonly associatePublicIPAddress?: boolean;
    readonly blockDeviceMappings?: readonly {
      readonly deviceName?: string;
      readonly ebs?: { readonly encrypted?: boolean; readonly kmsKeyID?: string };
    }[];
    readonly metadataOptions?: { readonly httpTokens?: string; readonly httpPutResponseHopLimit?: number };
  };
}

/** A Service as ECK is told to make it. */
interface ElasticService {
  readonly spec?: { readonly type?: string };
}

/** How ECK's Elasticsearch and Kibana answer. */
interface ElasticHttp {
  readonly tls?: { readonly selfSignedCertificate?: { readonly disabled?: boolean } };
  readonly service?: ElasticService;
}

/** What ECK's kinds have of what another has: none of these. */
interface NoElasticServices {
  readonly services?: readonly never[];
}

/** ECK's Kibana. */
export interface KibanaArgs {
  readonly spec?: NoElasticServices & {
    readonly http?: ElasticHttp;
    readonly config?: Readonly<Record<string, string | number | boolean>>;
  };
}

/** ECK's Logstash. */
export interface LogstashArgs {
  readonly spec?: {
    readonly http?: undefined;
    readonly services?: readonly { readonly name?: string; readonly service?: ElasticService }[];
    readonly pipelines?: readonly { readonly "pipeline.id"?: string; readonly "config.string"?: string }[];
  };
}

/** ECK's Beat. */
export interface BeatArgs {
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly spec?: { readonly type?: string };
}

/** OpenTelemetry's collector, as its operator runs it. */
export interface OpenTelemetryCollectorArgs {
  readonly spec?: { readonly hostNetwork?: boolean; readonly ingress?: { readonly type?: string } };
}

/** ECK's Elasticsearch. */
export interface ElasticsearchArgs {
  readonly spec?: NoElasticServices & {
    readonly http?: ElasticHttp;
    readonly auth?: { readonly disableElasticUser?: boolean };
    readonly nodeSets?: readonly {
      readonly name?: string;
      readonly count?: number;
      readonly config?: {
        readonly "node.roles"?: readonly string[];
        readonly "xpack.security.enabled"?: boolean;
      };
      readonly zoneAwareness?: object;
      readonly volumeClaimTemplates?: readonly object[];
    }[];
  };
}

/** Percona's replica set of MongoDB. */
export interface PerconaServerMongoDbArgs {
  readonly spec?: {
    readonly tls?: { readonly mode?: string; readonly allowInvalidCertificates?: boolean };
    readonly unsafeFlags?: { readonly tls?: boolean };
    readonly replsets?: readonly {
      readonly size?: number;
      readonly affinity?: { readonly antiAffinityTopologyKey?: string };
    }[];
  };
}

/** KEDA's ScaledObject. */
export interface ScaledObjectArgs {
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly spec?: {
    readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string };
    readonly minReplicaCount?: number;
    readonly maxReplicaCount?: number;
    readonly fallback?: { readonly failureThreshold?: number; readonly replicas?: number };
    readonly triggers?: readonly { readonly type?: string }[];
  };
}

/** Kubernetes' VerticalPodAutoscaler. */
export interface VerticalPodAutoscalerArgs {
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly spec?: {
    readonly targetRef?: { readonly kind?: string; readonly name?: string };
    readonly updatePolicy?: { readonly updateMode?: string };
  };
}

/** Argo Rollouts' Rollout: of a Deployment what it shares with it, and how a new version is judged. */
export interface RolloutArgs {
  readonly metadata?: DeploymentArgs["metadata"];
  readonly spec?: Partial<Pick<DeploymentSpec, "replicas" | "selector" | "template">> & {
    readonly strategy?: {
      readonly canary?: { readonly analysis?: RolloutAnalysis; readonly steps?: readonly CanaryStep[] };
      readonly blueGreen?: {
        readonly prePromotionAnalysis?: RolloutAnalysis;
        readonly postPromotionAnalysis?: RolloutAnalysis;
      };
    };
  };
}

type DeploymentArgs = k8s.apps.v1.DeploymentArgs;
type DeploymentSpec = k8s.types.input.apps.v1.DeploymentSpec;

interface RolloutAnalysis {
  readonly templates?: readonly { readonly templateName?: string }[];
}

interface CanaryStep {
  readonly setWeight?: number;
  readonly analysis?: RolloutAnalysis;
}

/** The external snapshotter's VolumeSnapshotClass, whose fields stand beside `metadata`. */
export interface VolumeSnapshotClassArgs {
  readonly driver?: string;
  readonly deletionPolicy?: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Karpenter's NodePool. */
export interface KarpenterNodePoolArgs {
  readonly spec?: {
    readonly limits?: Readonly<Record<string, string | number>>;
    readonly template?: { readonly spec?: { readonly expireAfter?: string } };
  };
}

/** OpenSearch's cluster, as its operator runs it. */
export interface OpenSearchClusterArgs {
  readonly spec?: {
    readonly general?: { readonly additionalConfig?: Readonly<Record<string, string>> };
    readonly security?: {
      readonly config?: { readonly adminCredentialsSecret?: { readonly name?: string } };
      readonly tls?: { readonly http?: object; readonly transport?: object };
    };
    readonly nodePools?: readonly {
      readonly component?: string;
      readonly replicas?: number;
      readonly roles?: readonly string[];
      readonly persistence?: {
        readonly emptyDir?: object;
        readonly hostPath?: object;
        readonly pvc?: object;
      };
    }[];
  };
}
