import { atlasReplacements } from "./atlasReplacements";
import { awsReplacements } from "./awsReplacements";
import { gcpReplacements } from "./gcpReplacements";
import { kubernetesReplacements } from "./kubernetesReplacements";

/** Stores, buckets, keys, networks and clusters, by type, with what replaces each. */
export const replacements = {
  ...awsReplacements,
  ...gcpReplacements,
  ...atlasReplacements,
  ...kubernetesReplacements,
};
