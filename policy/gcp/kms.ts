import { isSet, show } from "../check";
import { fromStaging, inProd, strictInProd } from "../levels";
import { resourceRule, stackRule } from "../rule";
import { secondsOf } from "./durations";
import { membersOf } from "./members";

export const rotation = resourceRule({
  id: "gcp-kms-rotation",
  title: "Cloud KMS rotates keys",
  severity: "high",
  description:
    "Rotation limits how much one key version has enciphered; old data stays readable, nobody has to do anything.",
  remedy: 'Set rotationPeriod to "7776000s" (90 days) or less.',
  controls: { cisGcp: ["1.11"], soc2: ["CC6.1"], gdpr: ["32(1)(a)"], pciDss: ["3.7.4"] },
  levels: fromStaging,
  settings: {
    maxDays: {
      schema: { type: "integer", minimum: 1, maximum: 365, description: "Most days between rotations." },
      values: { dev: 365, staging: 90, prod: 90 },
    },
  },
  types: ["gcp:kms/cryptoKey:CryptoKey"],
  applies: ({ props }) => props.purpose === undefined || props.purpose === "ENCRYPT_DECRYPT",
  check: ({ props: { rotationPeriod } }, { maxDays }) => {
    return (
      !(secondsOf(rotationPeriod) <= maxDays * 86_400) &&
      `rotationPeriod is ${show(rotationPeriod)}, expected at most "${maxDays * 86_400}s"`
    );
  },
  remediation: {
    "gcp:kms/cryptoKey:CryptoKey": (_, { maxDays }) => ({ rotationPeriod: `${maxDays * 86_400}s` }),
  },
});

export const destroyDelay = resourceRule({
  id: "gcp-kms-destroy-delay",
  title: "Cloud KMS keys can be saved from destruction",
  severity: "high",
  description:
    "With a key's last version everything under it is gone, copies included; the days between are those in which somebody notices.",
  remedy: 'Leave destroyScheduledDuration out, which is 30 days, or set it to the days asked ("2592000s").',
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: inProd,
  settings: {
    minDays: {
      schema: {
        type: "integer",
        minimum: 1,
        maximum: 120,
        description: "Fewest days until a version is gone.",
      },
      values: { dev: 1, staging: 7, prod: 30 },
    },
  },
  types: ["gcp:kms/cryptoKey:CryptoKey"],
  applies: ({ props }) => isSet(props, "destroyScheduledDuration"),
  check: ({ props: { destroyScheduledDuration } }, { minDays }) => {
    return (
      !(secondsOf(destroyScheduledDuration) >= minDays * 86_400) &&
      `destroyScheduledDuration is ${show(destroyScheduledDuration)}, expected at least "${minDays * 86_400}s"`
    );
  },
});

const grants = [
  "gcp:kms/cryptoKeyIAMBinding:CryptoKeyIAMBinding",
  "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
  "gcp:projects/iAMBinding:IAMBinding",
  "gcp:projects/iAMMember:IAMMember",
] as const;

/** A project of a grant, as it says itself or by the key that it is about; undefined where neither does. */
function projectOf(props: object): string | undefined {
  const { project, cryptoKeyId = "" } = props as { readonly project?: string; readonly cryptoKeyId?: string };
  return project ?? /^projects\/([^/]+)\//.exec(cryptoKeyId)?.[1];
}

/** True where both say which project's keys they are about, and it is another. */
function areApart(one: object, other: object): boolean {
  const [first, second] = [projectOf(one), projectOf(other)];
  return first !== undefined && second !== undefined && first !== second;
}

/** Roles that use a key: to encipher, to decipher, or both. */
const usesKeys = /^roles\/cloudkms\.cryptoKey(Encrypter|Decrypter|EncrypterDecrypter)(ViaDelegation)?$/;

export const separation = stackRule({
  id: "gcp-iam-kms-separation",
  title: "Who looks after keys does not use them",
  severity: "medium",
  description:
    "Whoever may do both can lay a copy under a key of their own, and destroy the one that was there.",
  remedy: "Grant roles/cloudkms.admin and the roles of encrypters and decrypters to different members.",
  controls: { cisGcp: ["1.12"], soc2: ["CC6.3"], gdpr: ["32(1)(a)"], pciDss: ["3.6.1"] },
  levels: strictInProd,
  types: grants,
  applies: ({ props }) => props.role === "roles/cloudkms.admin",
  check: (grant, stack) => {
    const users = new Set(
      stack
        .ofType(...grants)
        .filter(({ props }) => usesKeys.test(props.role ?? "") && !areApart(grant.props, props))
        .flatMap(membersOf),
    );
    return membersOf(grant)
      .filter((member) => users.has(member))
      .map((member) => `${member} is administrator of keys, and enciphers or deciphers with them`);
  },
});
