import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { OriginProof } from "../edge/edge";

/** Arguments of {@link OriginProofs}. */
export interface OriginProofsArgs {
  /** Namespace of NGINX. */
  readonly namespace: pulumi.Input<string>;
}

/** The part of the chart's values that has NGINX ask for the proofs. */
export interface ProofValues {
  readonly volumes: readonly {
    readonly name: string;
    readonly secret: { readonly secretName: pulumi.Input<string> };
  }[];
  readonly volumeMounts: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly: true;
  }[];
  /** Settings of NGINX. */
  readonly entries: Readonly<Record<string, string>>;
}

/** Two, so that one can be replaced while the other still opens: a CDN takes minutes to send what is new. */
const keys = ["a", "b"] as const;

/**
 * Length of a value, letters and digits. NGINX compares without regard to case, which leaves 200 bits, and one that is longer
 * would not fit into a bucket of NGINX's own default size.
 * https://nginx.org/en/docs/http/ngx_http_map_module.html
 */
const proofLength = 40;

function headerOf(key: string): string {
  return `X-Origin-Proof-${key.toUpperCase()}`;
}

/** Headers in which a CDN proves that it is ours. */
export const proofHeaders: readonly string[] = keys.map(headerOf);

const volume = "origin-proofs";
const folder = "/etc/origin-proofs";
const file = "proofs.conf";

const variableOf = (key: string): string => `$origin_proof_${key}`;

/**
 * How NGINX tells requests of our own CDN from those of somebody else's, which come from the same addresses: ours writes
 * secret headers into each. One of them is enough.
 *
 * NGINX reads the values from a Secret, never from its ConfigMap. Pulumi makes a new Secret, of another name, where a value
 * changes, so that the pods are rolled and read it.
 */
export class OriginProofs extends pulumi.ComponentResource {
  /** What the CDN has to write into its requests. */
  public readonly proofs: readonly OriginProof[];
  public readonly values: ProofValues;

  constructor(name: string, args: OriginProofsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:platform:OriginProofs", name, {}, opts);
    const { namespace } = args;
    const child: pulumi.CustomResourceOptions = { parent: this };

    const made = keys.map((key) => ({
      key,
      value: new random.RandomPassword(`${name}-${key}`, { length: proofLength, special: false }, child)
        .result,
    }));
    const secret = new k8s.core.v1.Secret(
      name,
      {
        metadata: { namespace },
        immutable: true,
        stringData: pulumi.secret({
          [file]: pulumi.all(made.map(({ value }) => value)).apply(proofFile),
        }),
      },
      { ...child, dependsOn: opts?.dependsOn ?? [] },
    );

    this.proofs = made.map(({ key, value }) => ({ header: headerOf(key), value }));
    this.values = {
      volumes: [{ name: volume, secret: { secretName: secret.metadata.name } }],
      volumeMounts: [{ name: volume, mountPath: folder, readOnly: true }],
      entries: proofSettings,
    };
    this.registerOutputs({});
  }
}

/** What NGINX includes: the values, one for each header. */
export function proofFile(values: readonly string[]): string {
  const maps = keys.map((key, index) => mapOf(key, values[index] ?? ""));
  // a condition of NGINX takes one variable
  const either = `map ${keys.map(variableOf).join("")} $origin_proven {\n    default 1;\n    "" 0;\n}\n`;
  return [...maps, either].join("");
}

/** An NGINX variable that is 1 where the header is right, and empty elsewhere. */
function mapOf(key: string, value: string): string {
  // an empty value would be that of a request without the header
  if (value === "") throw new RangeError(`${headerOf(key)}: expected a value, got none`);
  const sent = `$http_${headerOf(key).toLowerCase().replaceAll("-", "_")}`;
  return `map ${sent} ${variableOf(key)} {\n    default "";\n    "${value}" 1;\n}\n`;
}

/** By what NGINX refuses what has no proof, in the contexts where it stands. */
export const proofDirectives = {
  http: `include ${folder}/${file};`,
  server: "if ($origin_proven = 0) { return 403; }",
} as const;

/**
 * For every host and path, before anything else is done with a request; what answers probes and gives metrics are servers
 * of their own. The controller takes these from its ConfigMap alone: snippets of Ingresses stay forbidden.
 */
const proofSettings = {
  "http-snippets": proofDirectives.http,
  "server-snippets": proofDirectives.server,
  // a service has no business with them
  "location-snippets": proofHeaders
    .flatMap((header) => ["proxy", "grpc"].map((module) => `${module}_set_header ${header} "";`))
    .join("\n"),
} as const;
