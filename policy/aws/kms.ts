import { mustBeAtLeast, mustBeOn, mustNotBeOn } from "../check";
import { always, fromStaging, strictInProd } from "../levels";
import { isForEveryone, statementsOf } from "../policyDocument";
import { resourceRule } from "../rule";

const keys = ["aws:kms/key:Key"] as const;

export const deletionWindow = resourceRule({
  id: "aws-kms-deletion-window",
  title: "KMS keys can be saved from deletion",
  severity: "medium",
  description: "With its key gone data is gone: the wait before that is the time to notice.",
  remedy: "Set deletionWindowInDays to the days asked; 30 is the most.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: strictInProd,
  settings: {
    minDays: {
      schema: {
        type: "integer",
        minimum: 7,
        maximum: 30,
        description: "Fewest days between a key's deletion and its end.",
      },
      values: { dev: 7, staging: 7, prod: 30 },
    },
  },
  types: keys,
  // Unset, KMS waits 30 days.
  check: ({ props }, { minDays }) =>
    mustBeAtLeast(props.deletionWindowInDays ?? 30, minDays, "deletionWindowInDays"),
});

export const policyNamed = resourceRule({
  id: "aws-kms-policy",
  title: "KMS key policies name who may use the key",
  severity: "critical",
  description: "A key that everyone may use encrypts for nobody; and a policy may not lock its owner out.",
  remedy: "Name the principals in policy, and leave bypassPolicyLockoutSafetyCheck false.",
  controls: { cisAws: ["2.21"], soc2: ["CC6.1"], gdpr: ["32(1)(a)"], pciDss: ["3.6.1"] },
  levels: always,
  types: keys,
  check: ({ props }) => [
    mustNotBeOn(props.bypassPolicyLockoutSafetyCheck, "bypassPolicyLockoutSafetyCheck"),
    statementsOf(props.policy, "policy").some(isForEveryone) &&
      'policy has an Allow for Principal "*" without a condition',
  ],
});

export const rotation = resourceRule({
  id: "aws-kms-rotation",
  title: "KMS rotates keys",
  severity: "high",
  description:
    "Rotation limits how much one key has enciphered; old data stays readable, nobody has to do anything.",
  remedy: "Set enableKeyRotation to true.",
  controls: { cisAws: ["4.6"], soc2: ["CC6.1"], gdpr: ["32(1)(a)"], pciDss: ["3.7.4"] },
  levels: fromStaging,
  types: keys,
  // Asymmetric and HMAC keys can't be rotated by KMS.
  applies: ({ props }) =>
    ["SYMMETRIC_DEFAULT", undefined].includes(props.customerMasterKeySpec) &&
    ["ENCRYPT_DECRYPT", undefined].includes(props.keyUsage),
  check: ({ props }) => mustBeOn(props.enableKeyRotation, "enableKeyRotation"),
  remediation: {
    "aws:kms/key:Key": { enableKeyRotation: true },
  },
});
