import * as pulumi from "@pulumi/pulumi";

/** Who signs the tokens of a cluster's service accounts, as IAM knows it. */
export interface TokenIssuer {
  /** ARN of IAM's provider. */
  readonly providerArn: pulumi.Output<string>;
  /** Address without `https://`, as conditions name it. */
  readonly issuer: pulumi.Output<string>;
}

/** A cluster some of whose pods sign in by their service account's token, as no agent stands beside them. */
export abstract class TokenCluster extends pulumi.ComponentResource {
  /** Whom to trust for pods of a namespace; undefined where an agent on their nodes signs them in. */
  abstract tokenIssuerOf(namespace: string): TokenIssuer | undefined;
}
