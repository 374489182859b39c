/** Multi-regions of Google Cloud by which Artifact Registry and Cloud KMS know them; names of regions begin with theirs. */
const multiRegions = ["asia", "europe", "us"] as const;
export type MultiRegion = (typeof multiRegions)[number];

/** The multi-region that has all of these regions; undefined where none has. */
export function multiRegionOf(...regions: readonly string[]): MultiRegion | undefined {
  return multiRegions.find((name) => regions.every((one) => one.startsWith(`${name}-`)));
}

/** Their names, for messages. */
export const multiRegionNames = multiRegions.join(", ");
