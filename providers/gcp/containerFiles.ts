import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import { publicMark } from "../../components/secrets/secret";
import { authoritiesPath } from "../../components/containers/plan";
import type { CaBundle } from "../../components/identity/workloadIdentity";
import type { GcpKey } from "./key";
import type { GcpPlacement } from "./project";

/** How long a destroyed version can still be brought back, days. */
const recoveryDays = 7;

const file = "authorities.pem";

/** A file of a service, as Cloud Run mounts it. */
export interface MountedFile {
  /** Variable by which the service finds it. */
  readonly variable: string;
  readonly path: string;
  readonly volume: {
    readonly name: string;
    readonly secret: {
      readonly secret: pulumi.Output<string>;
      readonly items: {
        readonly path: string;
        readonly version: pulumi.Output<string>;
        readonly mode: number;
      }[];
    };
  };
  readonly mount: { readonly name: string; readonly mountPath: string };
}

/**
 * Certificates of stores, which Cloud Run mounts from Secret Manager alone: one secret for each store, which those may read
 * that use the store. Nothing in them is secret.
 */
export class StoreAuthorities {
  private readonly made = new Map<string, gcp.secretmanager.SecretVersion>();

  constructor(
    private readonly name: string,
    private readonly args: GcpPlacement & { readonly key: GcpKey; readonly protect: boolean },
    private readonly opts: { readonly parent: pulumi.Resource },
  ) {}

  /** The bundle of a store as a file of a service, which may read it from then on. */
  file(
    service: string,
    { store, bundle, member }: { store: string; bundle: CaBundle; member: pulumi.Input<string> },
  ): { readonly mounted: MountedFile; readonly ready: readonly pulumi.Resource[] } {
    const version = this.versionOf(store, bundle);
    const reader = new gcp.secretmanager.SecretIamMember(
      `${this.name}-${store}-${service}`,
      { secretId: version.secret, role: "roles/secretmanager.secretAccessor", member },
      this.opts,
    );
    const name = `authorities-${store}`;
    // a directory holds what one secret has
    const mountPath = `${authoritiesPath}/${store}`;
    return {
      mounted: {
        variable: bundle.variable,
        path: `${mountPath}/${file}`,
        volume: {
          name,
          secret: { secret: version.secret, items: [{ path: file, version: version.version, mode: 0o444 }] },
        },
        mount: { name, mountPath },
      },
      ready: [reader],
    };
  }

  private versionOf(store: string, { pem }: CaBundle): gcp.secretmanager.SecretVersion {
    const before = this.made.get(store);
    if (before !== undefined) return before;
    const { region, project, key, protect } = this.args;
    const secret = new gcp.secretmanager.Secret(
      `${this.name}-${store}`,
      {
        replication: {
          userManaged: {
            replicas: [{ location: region, customerManagedEncryption: { kmsKeyName: key.keyId } }],
          },
        },
        labels: publicMark,
        versionDestroyTtl: `${recoveryDays * 86_400}s`,
        deletionProtection: protect,
      },
      { ...this.opts, protect, dependsOn: [project.api("secretmanager"), ...key.grants] },
    );
    const version = new gcp.secretmanager.SecretVersion(
      `${this.name}-${store}`,
      { secret: secret.id, secretData: pem },
      this.opts,
    );
    this.made.set(store, version);
    return version;
  }
}
