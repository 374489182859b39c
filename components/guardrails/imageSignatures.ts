import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { githubIssuer } from "../delivery/ciIdentity";

/** What an image's signature has to say, and of which images. */
export interface ImageSignaturesArgs {
  /** Registry, with a path, whose images are asked for it; of others nothing is. */
  readonly registry: string;
  /** Namespace in whose pods they are. */
  readonly systemNamespace: string;
  /** Repository on GitHub whose workflows sign: `owner/name`. */
  readonly repository: string;
  /** Branch of it whose workflows alone are believed. */
  readonly branch: string;
  /** Refuse pods without, rather than only warn and record; those too, that can't be asked about. */
  readonly enforced: boolean;
}

/** The part of policies.kyverno.io/v1 ImageValidatingPolicy's spec that we use (kyverno 1.19.0, config/crds). */
export interface ImageValidatingPolicySpec {
  readonly failurePolicy: "Fail" | "Ignore";
  readonly validationActions: readonly ("Deny" | "Warn" | "Audit")[];
  readonly webhookConfiguration: { readonly timeoutSeconds: number };
  readonly evaluation: { readonly background: { readonly enabled: boolean } };
  readonly autogen: { readonly podControllers: { readonly controllers: readonly string[] } };
  readonly matchConstraints: {
    readonly namespaceSelector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly resourceRules: readonly {
      readonly apiGroups: readonly string[];
      readonly apiVersions: readonly string[];
      readonly operations: readonly ("CREATE" | "UPDATE")[];
      readonly resources: readonly string[];
    }[];
  };
  readonly matchConditions: readonly { readonly name: string; readonly expression: string }[];
  readonly matchImageReferences: readonly { readonly glob: string }[];
  readonly validationConfigurations: {
    readonly mutateDigest: boolean;
    readonly verifyDigest: boolean;
    readonly required: boolean;
  };
  readonly attestors: readonly {
    readonly name: string;
    readonly cosign: {
      readonly keyless: {
        readonly identities: readonly { readonly issuer: string; readonly subjectRegExp: string }[];
      };
      readonly ctlog: { readonly url: string };
    };
  }[];
  readonly validations: readonly { readonly expression: string; readonly message: string }[];
}

/** Sigstore's public log, in which every signature without a key of one's own is written. */
const transparencyLog = "https://rekor.sigstore.dev";

/** How long the API server waits for an answer, seconds; 30 is the longest that it takes. */
const timeoutSeconds = 20;

/**
 * Who signs, as Fulcio writes it into the certificate of a workflow: its file at a branch.
 * https://github.com/sigstore/fulcio/blob/main/docs/oidc.md
 */
export function signerOf({ repository, branch }: Pick<ImageSignaturesArgs, "repository" | "branch">): string {
  return `^https://github\\.com/${literally(repository)}/\\.github/workflows/[^/@]+@refs/heads/${literally(branch)}$`;
}

/** Of what GitHub takes in such a name, a dot alone means something else in a regular expression. */
function literally(name: string): string {
  return name.replaceAll(".", "\\.");
}

/** What a pod of the system is asked. */
export function imageSignaturesSpec(args: ImageSignaturesArgs): ImageValidatingPolicySpec {
  const { registry, systemNamespace, enforced } = args;
  const every = (test: string) =>
    ["containers", "initContainers", "ephemeralContainers"]
      .map((kind) => `images.${kind}.all(image, ${test})`)
      .join(" && ");
  return {
    failurePolicy: enforced ? "Fail" : "Ignore",
    validationActions: enforced ? ["Deny"] : ["Warn", "Audit"],
    webhookConfiguration: { timeoutSeconds },
    evaluation: { background: { enabled: false } },
    // of pods alone: the digest that they get would else be a drift of what Pulumi and Argo CD wrote
    autogen: { podControllers: { controllers: [] } },
    matchConstraints: {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": systemNamespace } },
      resourceRules: [
        { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: ["pods"] },
        {
          apiGroups: [""],
          apiVersions: ["v1"],
          operations: ["UPDATE"],
          resources: ["pods/ephemeralcontainers"],
        },
      ],
    },
    // a pod is labelled, finished and removed while nobody answers
    matchConditions: [
      { name: "spec-changes", expression: 'request.operation != "UPDATE" || object.spec != oldObject.spec' },
    ],
    matchImageReferences: [{ glob: `${registry}/*` }],
    // the digest takes the tag's place before it is asked for below
    validationConfigurations: { mutateDigest: true, verifyDigest: false, required: true },
    attestors: [
      {
        name: "ci",
        cosign: {
          keyless: {
            identities: [{ issuer: `https://${githubIssuer}`, subjectRegExp: signerOf(args) }],
          },
          ctlog: { url: transparencyLog },
        },
      },
    ],
    validations: [
      {
        expression: every('image.contains("@sha256:")'),
        message: "images go by their digests",
      },
      {
        expression: every("verifyImageSignatures(image, [attestors.ci]) > 0"),
        message: `images are signed by a workflow of ${args.repository} on ${args.branch}`,
      },
    ],
  };
}

/** Asks pods for their images' signatures; `opts` has to depend on what installs the kind. */
export function imageSignatures(
  name: string,
  args: ImageSignaturesArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  return new k8s.apiextensions.CustomResource(
    name,
    {
      apiVersion: "policies.kyverno.io/v1",
      kind: "ImageValidatingPolicy",
      metadata: { name: "groundwork-signatures" },
      spec: imageSignaturesSpec(args),
    },
    opts,
  );
}
