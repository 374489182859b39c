import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** Group and version of the custom resources (external-secrets 2.9.0, apis/externalsecrets/v1). */
const apiVersion = "external-secrets.io/v1";

/** A secret store of a cloud, as the `provider` of a SecretStore names it. */
export type StoreProvider =
  | { readonly aws: { readonly service: "SecretsManager"; readonly region: string } }
  | { readonly gcpsm: { readonly projectID: string } };

/** The parts of each kind's spec that we use, as the CRDs name them. */
export interface ExternalSecretSpecs {
  readonly SecretStore: { readonly provider: StoreProvider };
  readonly ExternalSecret: {
    readonly secretStoreRef: { readonly kind: "SecretStore"; readonly name: string };
    readonly refreshPolicy: "Periodic";
    readonly refreshInterval: string;
    readonly target: {
      readonly name: string;
      readonly creationPolicy: "Owner";
      readonly deletionPolicy: "Retain";
    };
    readonly data: readonly {
      readonly secretKey: string;
      readonly remoteRef: { readonly key: pulumi.Input<string> };
    }[];
  };
}

/** A custom resource of External Secrets; `opts` has to depend on what installs the kind. */
export function externalSecretObject<Kind extends keyof ExternalSecretSpecs>(
  name: string,
  {
    kind,
    metadata,
    spec,
  }: {
    readonly kind: Kind;
    readonly metadata: { readonly name: string; readonly namespace: pulumi.Input<string> };
    readonly spec: ExternalSecretSpecs[Kind];
  },
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  return new k8s.apiextensions.CustomResource(name, { apiVersion, kind, metadata, spec }, opts);
}
