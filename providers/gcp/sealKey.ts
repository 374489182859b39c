import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import type { SealKey, SealKeyArgs } from "../../components/secrets/sealKey";
import { GcpKey } from "./key";
import type { GcpPlacement } from "./project";

/** {@link SealKey} in Cloud KMS: https://developer.hashicorp.com/vault/docs/configuration/seal/gcpckms */
export class GcpSealKey extends pulumi.ComponentResource implements SealKey {
  readonly stanza: pulumi.Output<string>;
  readonly grants: readonly pulumi.Resource[];

  constructor(name: string, args: SealKeyArgs & GcpPlacement, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:SealKey", name, {}, opts);
    const { server, region, project, protect } = args;
    const child = { parent: this };

    const users = { vault: server.principal };
    const key = new GcpKey(`${name}-key`, { region, project, users, protect }, child);
    // it first asks what kind of key it is (go-kms-wrapping, wrappers/gcpckms: GetCryptoKey)
    const viewer = new gcp.kms.CryptoKeyIAMMember(
      `${name}-viewer`,
      { cryptoKeyId: key.keyId, role: "roles/cloudkms.viewer", member: server.principal },
      child,
    );

    this.grants = [...key.grants, viewer];
    this.stanza = key.keyId.apply(stanzaOf);
    this.registerOutputs({ stanza: this.stanza });
  }
}

function stanzaOf(keyId: string): string {
  const [, project, region, keyRing, cryptoKey] =
    /^projects\/([^/]+)\/locations\/([^/]+)\/keyRings\/([^/]+)\/cryptoKeys\/([^/]+)$/.exec(keyId) ?? [];
  if (project === undefined || region === undefined || keyRing === undefined || cryptoKey === undefined) {
    throw new Error(`keyId: expected projects/…/locations/…/keyRings/…/cryptoKeys/…, got ${keyId}`);
  }
  return `seal "gcpckms" {
  project = "${project}"
  region = "${region}"
  key_ring = "${keyRing}"
  crypto_key = "${cryptoKey}"
}`;
}
