/** The fields that rules read of Istio's kinds, as their CRDs name them, in each version that the API server takes. */

interface Metadata {
  readonly name?: string;
  readonly namespace?: string;
}

/** How a port or a workload takes part in mutual TLS. */
interface MutualTls {
  readonly mode?: string;
}

export interface PeerAuthenticationArgs {
  readonly metadata?: Metadata;
  readonly spec?: {
    readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly mtls?: MutualTls;
    readonly portLevelMtls?: Readonly<Record<string, MutualTls>>;
  };
}

export interface AuthorizationPolicyArgs {
  readonly metadata?: Metadata;
  readonly spec?: {
    readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly targetRefs?: readonly object[];
    readonly action?: string;
    readonly rules?: readonly {
      readonly from?: readonly {
        readonly source?: {
          readonly principals?: readonly string[];
          readonly requestPrincipals?: readonly string[];
          readonly notRequestPrincipals?: readonly string[];
          readonly namespaces?: readonly string[];
          readonly serviceAccounts?: readonly string[];
          readonly ipBlocks?: readonly string[];
          readonly remoteIpBlocks?: readonly string[];
        };
      }[];
      readonly to?: readonly { readonly operation?: { readonly hosts?: readonly string[] } }[];
      readonly when?: readonly { readonly key?: string; readonly values?: readonly string[] }[];
    }[];
  };
}

export interface RequestAuthenticationArgs {
  readonly metadata?: Metadata;
  readonly spec?: {
    readonly jwtRules?: readonly {
      readonly issuer?: string;
      readonly jwksUri?: string;
      readonly jwks?: string;
    }[];
  };
}

export interface MeshGatewayArgs {
  readonly metadata?: Metadata;
  readonly spec?: {
    readonly servers?: readonly {
      readonly hosts?: readonly string[];
      readonly port?: { readonly name?: string; readonly number?: number; readonly protocol?: string };
      readonly tls?: {
        readonly mode?: string;
        readonly httpsRedirect?: boolean;
        readonly minProtocolVersion?: string;
        readonly credentialName?: string;
        readonly credentialNames?: readonly string[];
        readonly serverCertificate?: string;
        readonly tlsCertificates?: readonly object[];
      };
    }[];
  };
}

interface ClientTls {
  readonly mode?: string;
  readonly insecureSkipVerify?: boolean;
}

interface TrafficPolicy {
  readonly tls?: ClientTls;
  readonly connectionPool?: object;
  readonly outlierDetection?: object;
  readonly portLevelSettings?: readonly {
    readonly port?: { readonly number?: number };
    readonly tls?: ClientTls;
  }[];
}

export interface DestinationRuleArgs {
  readonly metadata?: Metadata;
  readonly spec?: {
    readonly host?: string;
    readonly trafficPolicy?: TrafficPolicy;
    readonly subsets?: readonly { readonly name?: string; readonly trafficPolicy?: TrafficPolicy }[];
  };
}

export interface VirtualServiceArgs {
  readonly metadata?: Metadata;
  readonly spec?: { readonly hosts?: readonly string[]; readonly gateways?: readonly string[] };
}

export interface ServiceEntryArgs {
  readonly metadata?: Metadata;
  readonly spec?: { readonly hosts?: readonly string[] };
}

export interface SidecarArgs {
  readonly metadata?: Metadata;
  readonly spec?: { readonly outboundTrafficPolicy?: { readonly mode?: string } };
}

interface SecurityKinds {
  readonly AuthorizationPolicy: AuthorizationPolicyArgs;
  readonly PeerAuthentication: PeerAuthenticationArgs;
  readonly RequestAuthentication: RequestAuthenticationArgs;
}

interface NetworkingKinds {
  readonly DestinationRule: DestinationRuleArgs;
  readonly Gateway: MeshGatewayArgs;
  readonly ServiceEntry: ServiceEntryArgs;
  readonly Sidecar: SidecarArgs;
  readonly VirtualService: VirtualServiceArgs;
}

type Versioned<Group extends string, Kinds> = {
  readonly [
    K in keyof Kinds & string as
      `kubernetes:${Group}.istio.io/v1:${K}` | `kubernetes:${Group}.istio.io/v1beta1:${K}`
  ]: Kinds[K];
};

/** Arguments of each of Istio's types. */
export type IstioArgsByType = Versioned<"security", SecurityKinds> & Versioned<"networking", NetworkingKinds>;
