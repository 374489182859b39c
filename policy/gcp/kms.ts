import { show } from "../check";
import { fromStaging } from "../levels";
import { resourceRule } from "../rule";

export const rotation = resourceRule({
  id: "gcp-kms-rotation",
  title: "Cloud KMS rotates keys",
  severity: "high",
  description:
    "Rotation limits how much one key version has enciphered; old data stays readable, nobody has to do anything.",
  remedy: 'Set rotationPeriod to "7776000s" (90 days) or less.',
  controls: { cisGcp: ["1.11"], soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
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
    const seconds = Number(/^(\d+(\.\d+)?)s$/.exec(rotationPeriod ?? "")?.[1] ?? Number.NaN);
    return (
      !(seconds <= maxDays * 86_400) &&
      `rotationPeriod is ${show(rotationPeriod)}, expected at most "${maxDays * 86_400}s"`
    );
  },
  remediation: {
    "gcp:kms/cryptoKey:CryptoKey": { rotationPeriod: "7776000s" },
  },
});
