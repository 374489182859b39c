import type { CatalogueMap } from "./entry";

/** What the pack has for each rule of the catalogue. */
export const crossCutting = {
  "all-required-tags": { rules: ["all-required-tags"] },
  "all-allowed-regions": { open: "not written yet" },
  "all-no-plaintext-secrets": { open: "not written yet" },
  "all-stateful-protected": { rules: ["all-stateful-protected"] },
  "all-no-ignored-security-props": { rules: ["all-no-ignored-security-props"] },
  "all-explicit-provider": { rules: ["all-explicit-provider"] },
  "all-provider-no-static-credentials": { rules: ["all-provider-no-static-credentials"] },
  "all-data-stores-private": { open: "not written yet" },
  "all-data-stores-encrypted-at-rest": { open: "not written yet" },
  "all-data-stores-encrypted-in-transit": { open: "not written yet" },
  "all-data-stores-backed-up": { open: "not written yet" },
  "all-data-stores-audited": { open: "not written yet" },
  "all-data-stores-classified": { open: "not written yet" },
  "all-retention-bounded": { open: "not written yet" },
  "all-clusters-baseline-parity": { open: "not written yet" },
  "all-networks-no-overlap": { open: "not written yet" },
  "all-alerts-cover-data-and-clusters": { open: "not written yet" },
  "all-no-deprecated-types": { open: "not written yet" },
  "all-environment-isolation": { open: "not written yet" },
  "all-size-limits-by-environment": { open: "not written yet" },
  "all-types-covered": { open: "not written yet" },
  "all-exemptions-valid": { rules: ["all-exemptions-valid"] },
} as const satisfies CatalogueMap<"crossCutting">;
