import type { Blueprint } from "../blueprints/blueprint";
import { exclusionProblems } from "../components/cluster/maintenance";
import type { CompleteFile } from "./complete";
import { type ConfigProblem, show } from "./errors";

/** What the stack says of how and when the cloud upgrades its cluster. Pure; gives every problem. */
export function checkUpgrades(file: CompleteFile, blueprint: Blueprint): ConfigProblem[] {
  return file.cloud === "gcp" ? checkExclusions(file) : refuseOnAws(file, blueprint);
}

function checkExclusions({ cluster: { maintenanceExclusions } }: CompleteFile): ConfigProblem[] {
  return exclusionProblems(maintenanceExclusions).map(({ key, ...rest }) => ({
    key: `cluster.${key}`,
    ...rest,
  }));
}

/** EKS has neither: `providers/unsupported.ts` has the reasons. */
function refuseOnAws(
  { cluster: { maintenanceExclusions } }: CompleteFile,
  { nodePools }: Blueprint,
): ConfigProblem[] {
  const where = "where groundwork:cloud is aws";
  return [
    ...(maintenanceExclusions.length === 0
      ? []
      : [
          {
            key: "cluster.maintenanceExclusions",
            expected: `no key ${where}: EKS upgrades a cluster when it is told to, and at the end of its version's support`,
            got: show(maintenanceExclusions.map(({ name }) => name)),
          },
        ]),
    ...Object.entries(nodePools).flatMap(([name, { upgradeStrategy }]) =>
      upgradeStrategy === "blueGreen"
        ? [
            {
              key: `cluster.nodePools.${name}.upgradeStrategy`,
              expected: `surge ${where}: EKS replaces a node group's nodes a few at a time`,
              got: show(upgradeStrategy),
            },
          ]
        : [],
    ),
  ];
}
