import { isDeepStrictEqual } from "node:util";
import type { Json } from "../../preview/plan";
import type { Expectation, Setting } from "./setting";

const area = "signatures";
const webhook = { area, type: "kubernetes:helm.sh/v3:Release", only: /^main-signatures$/ };
const policy = { area, type: "kubernetes:policies.kyverno.io/v1:ImageValidatingPolicy" };

/** What the asking for images' signatures has without being told. Elsewhere: Kyverno 1.19.0, its chart 3.9.0 and its kind. */
export const signatureSettings: readonly Setting[] = [
  {
    ...webhook,
    setting: "signatures are asked for in the system's namespace alone",
    path: "values.config.webhooks.namespaceSelector.matchExpressions",
    expected: exactly("app alone", [{ key: "kubernetes.io/metadata.name", operator: "In", values: ["app"] }]),
    elsewhere: "its chart all but kube-system",
    why: "a webhook that is away must not stop what mends it",
  },
  {
    ...webhook,
    setting: "nobody is excepted from signatures",
    path: "values.features.policyExceptions.enabled",
    expected: false,
    elsewhere: "its chart false",
    why: "an exception is an object that a namespace's owner may make",
  },
  {
    ...policy,
    setting: "a tag becomes the digest that is signed",
    path: "spec.validationConfigurations.mutateDigest",
    expected: true,
    elsewhere: "its kind true",
    why: "what runs is what was judged",
  },
  {
    ...policy,
    setting: "signatures of one branch of one repository count",
    path: "spec.attestors.*.cosign.keyless.identities.*.subjectRegExp",
    expected: exactly(
      "example/app, main",
      "^https://github\\.com/example/app/\\.github/workflows/[^/@]+@refs/heads/main$",
    ),
    elsewhere: "-",
    why: "anybody can sign without a key",
  },
];

/** One value, in fewer words. */
function exactly(words: string, expected: Json): Expectation {
  return { words, holds: (value) => isDeepStrictEqual(value, expected) };
}
