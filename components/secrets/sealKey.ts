import type * as pulumi from "@pulumi/pulumi";
import type { WorkloadIdentity } from "../identity/workloadIdentity";

/** Arguments of a {@link SealKey}. */
export interface SealKeyArgs {
  /** Who opens Vault with it, and nobody else. */
  readonly server: WorkloadIdentity;
  /** Refuse deletion in Pulumi: what Vault keeps is lost with it. */
  readonly protect: boolean;
}

/** A key of the cloud's that opens Vault whenever it starts, so that no person has to. */
export interface SealKey extends pulumi.ComponentResource {
  /** What Vault's configuration says of it, HCL. */
  readonly stanza: pulumi.Output<string>;
  /** Without these Vault stays sealed. */
  readonly grants: readonly pulumi.Resource[];
}
