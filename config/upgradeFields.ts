import { z } from "zod";
import { exclusionScopes } from "../components/cluster/maintenance";
import { upgradeStrategies } from "../components/cluster/nodePools";
import { oneOf, text } from "./fields";

const utcTime = text(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, "a time in UTC such as 2026-11-20T00:00:00Z");

const maintenanceExclusion = z.strictObject({
  name: text(
    /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
    "at most 63 lower-case letters, digits and dashes, from a letter on",
  ).describe("name of the exclusion, each once"),
  start: utcTime.describe("first moment, in UTC and quoted"),
  end: utcTime.describe(
    "last moment, likewise: with the scope noUpgrades at most 90 days on, with others at most the end of the minor version's support",
  ),
  scope: oneOf(exclusionScopes).describe(
    "what is held back: all upgrades, those to minor versions, or those and the nodes' own; patches of the control plane go on in the last two",
  ),
});

/** When the cloud leaves a cluster as it is. */
export const maintenanceExclusions = z
  .array(maintenanceExclusion, { error: "a list of exclusions" })
  .default([])
  .describe(
    "times in which GKE upgrades nothing by itself, or less: at most 20, of which 3 with the scope noUpgrades, and those leave 48 hours of the weekly windows in any 92 days; on GCP alone",
  );

/** How the nodes of a pool come to a new version. */
export const upgradeStrategy = oneOf(upgradeStrategies)
  .optional()
  .describe(
    "how nodes come to a new version: surge, a few at a time, unless given; blueGreen sets up as many new ones first, for a quota of twice the nodes, and keeps the old ones for an hour; on GCP alone",
  );
