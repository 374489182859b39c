import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { autoNamed } from "../../components/names";
import type { GcpPlacement } from "./project";

/** Arguments of a {@link GcpKey}. */
export interface GcpKeyArgs extends GcpPlacement {
  /** IAM members that encrypt and decrypt with it, by a short name: Google's agents of the services that store data. */
  readonly users: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * Refuse deletion in Pulumi.
   *
   * @default true
   */
  readonly protect?: boolean;
}

const daySeconds = 86_400;

/** The longest that CIS Google Cloud Foundation 1.10 allows, days. */
const rotationDays = 90;

/** How long a destroyed version can still be restored, days: what it encrypted is lost with it. KMS takes 1 to 120. */
const destroyDelayDays = 30;

/** Longest name that Cloud KMS takes, of a ring as of a key. */
const maxName = 63;

/** A customer-managed key in a key ring of its own, rotated, and usable by the named agents alone. */
export class GcpKey extends pulumi.ComponentResource {
  /** Resource name: `projects/…/locations/…/keyRings/…/cryptoKeys/…`. */
  readonly keyId: pulumi.Output<string>;
  /** Resource name of the version that encrypts, which another takes the place of as it rotates. */
  readonly primaryVersion: pulumi.Output<string>;
  /** The users' permissions: what stores data with the key depends on them, since the service refuses it otherwise. */
  readonly grants: readonly pulumi.Resource[];

  constructor(name: string, args: GcpKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:Key", name, {}, opts);
    const { users, region, project, protect = true } = args;

    // KMS never deletes a ring, so that its name can't be used again: auto-naming gives each a new one
    const ring = new gcp.kms.KeyRing(
      autoNamed(maxName, name),
      { location: region },
      { parent: this, protect, dependsOn: [project.api("cloudkms")] },
    );
    const key = new gcp.kms.CryptoKey(
      autoNamed(maxName, name),
      {
        keyRing: ring.id,
        purpose: "ENCRYPT_DECRYPT",
        rotationPeriod: `${rotationDays * daySeconds}s`,
        destroyScheduledDuration: `${destroyDelayDays * daySeconds}s`,
      },
      { parent: this, protect },
    );
    this.keyId = key.id;
    this.primaryVersion = key.primaries.apply(([primary]) => {
      if (primary === undefined) throw new Error("primaries: expected the version that encrypts, got none");
      return primary.name;
    });
    this.grants = Object.entries(users).map(
      ([user, member]) =>
        new gcp.kms.CryptoKeyIAMMember(
          `${name}-${user}`,
          { cryptoKeyId: key.id, role: "roles/cloudkms.cryptoKeyEncrypterDecrypter", member },
          { parent: this },
        ),
    );
    this.registerOutputs({ keyId: this.keyId });
  }
}
