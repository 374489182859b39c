import assert from "node:assert/strict";
import { packConfig, type PackConfig } from "../../policy/config";
import { rules } from "../../policy/rules";
import { scene, type Line } from "./scene";

export const day = "2026-06-01";
/** An exemption that has everything. */
export const good = { name: "audit", reason: "the auditors read it", expires: "2026-09-01" };
export const prod = packConfig(rules, "prod");

/** prod's config with exemptions for some rules. */
export function exempting(exemptions: Readonly<Record<string, unknown>>): PackConfig {
  return {
    ...prod,
    ...Object.fromEntries(
      Object.entries(exemptions).map(([id, given]) => [
        id,
        { ...(prod[id] ?? assert.fail(id)), exemptions: given },
      ]),
    ),
  };
}

const lines: readonly Line[] = [
  [
    "pulumi:providers:gcp",
    "provider",
    { inputs: { defaultLabels: { environment: "a", owner: "b", "cost-center": "c", "managed-by": "d" } } },
  ],
  [
    "gcp:kms/cryptoKey:CryptoKey",
    "key",
    { inputs: { keyRing: "ring", rotationPeriod: "9999999s" }, protect: true },
  ],
];
/** A key that is turned too seldom. */
export const resources = scene(lines);
export const keyUrn = resources[1]?.urn ?? assert.fail();
export const rule = "gcp-kms-rotation";
