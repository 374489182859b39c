import { format } from "prettier";
import { blueprintNames } from "../../blueprints/names";
import { clouds } from "../../components/cloud";
import {
  capacityOf,
  caseCells,
  caseTitles,
  type CapacityFigures,
  waitingTexts,
} from "../../preview/capacity";
import { poolRows } from "../../preview/capacityCommand";
import type { Json } from "../../preview/plan";

/** What a production stack says of its capacity. */
export type CapacityOf = (blueprint: string, cloud: string) => unknown;

const head = `# Capacity

Whether the pods of each system find room on its nodes in production, as \`npm run capacity\` shows it for any stack. Written by
\`npm run docs\`.

All pods' requests are laid onto what kubelet leaves of each node beside what runs on every one: CPU, memory, pods and GPUs, pool by
pool and zone by zone, the largest first. \`10 × that\` has each service at ten times its fewest pods, or at its most where that is
less; what stands beside the services grows as far as something scales it. With \`a zone lost\`, its nodes are gone, pods with a volume
there wait for it, and all others have to fit into the other zones. On EKS a zone has its own part of a pool's nodes; on GKE the others
may have them all.

**Refused** is a stack whose pods do not fit at rest, at ten times the load or at the most, and a highly available one in which they do
not fit at rest with a zone lost. The error names the key, how many nodes would do, and the figures. Ten times the load with a zone
lost is shown and not refused. With \`groundwork:capacity: warn\` the same is said as warnings of the preview, and nothing is refused.
Of services those wait then whose priority is least; the platform's pods all count the same, and
none of them waits in any system on this page.

A roll-out has some pods more for a while, and waits, pod by pod, where there is no room for them.

## Where the figures are from

| figure                                | source                                                                                                                                                       |
| ------------------------------------- | ------------------------------------------------------------------------------------------------------------------------------------------------------------ |
| CPU that kubelet keeps                | 6, 1, 0.5, 0.5 and 0.25 % by core on both clouds (awslabs/amazon-eks-ami, nodeadm; [GKE, node sizes](https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes)) |
| memory that kubelet keeps             | EKS: 255 MiB and 11 a pod of 110 (nodeadm, which on some versions counts fewer pods and keeps less); GKE: 25, 20, 10, 6 and 2 % by steps (the same page); 100 MiB before it evicts |
| memory that a system never shows      | AWS 7.5 % (Karpenter's \`vm-memory-overhead-percent\`), GCP 3 %: with it GKE's page's own example comes out                                                     |
| pods a node                           | 110 on both: as our nodes are told on EKS, GKE's default                                                                                                        |
| what a cloud runs on each node        | EKS: its add-ons' manifests, 190m and 150 MiB; GKE: the most seen, 454m and 656 MiB (2i2c-org/infrastructure#4131)                                              |
| what the platform runs on each node   | the requests in its charts' values                                                                                                                           |
| services                              | the blueprint, with the mesh's proxy in each pod                                                                                                             |
| platform and stores                   | their charts' and operators' pods (\`components/capacity\`)                                                                                                     |
| Fargate                               | [its sizes](https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html), after 256 MiB are added; its vCPUs count for the quota \`Fargate On-Demand vCPU resource count\` |
| Autopilot                             | [1 to 6.5 GiB a CPU](https://cloud.google.com/kubernetes-engine/docs/concepts/autopilot-resource-requests); its CPUs count for the region's quota of Compute Engine |

`;

/** The page: for each system and cloud its nodes, and each case. */
export async function capacityPage(of: CapacityOf): Promise<string> {
  const sections = blueprintNames.flatMap((blueprint) =>
    clouds.map((cloud) => {
      const figures = capacityOf({ capacity: of(blueprint, cloud) as Json });
      if (figures === undefined) throw new RangeError(`${blueprint} on ${cloud}: expected figures, got none`);
      return `## ${blueprint} on ${cloud}\n\n${sectionOf(figures)}\n`;
    }),
  );
  return format(head + sections.join("\n"), { parser: "markdown", printWidth: 110 });
}

function sectionOf(figures: CapacityFigures): string {
  const waiting = figures.cases.flatMap((each) =>
    waitingTexts(each).map((text) => `- **${caseCells(each)[0] ?? ""}**: ${text}`),
  );
  const bound = Object.entries(figures.cases.find(({ zoneLost }) => zoneLost)?.boundToZone ?? {});
  return [
    ...(figures.pools.length === 0 ? [] : [table(poolRows(figures))]),
    table([caseTitles(figures), ...figures.cases.map(caseCells)]),
    ...(waiting.length === 0 ? [] : [`Who waits:\n\n${waiting.join("\n")}`]),
    ...(bound.length === 0
      ? []
      : [
          `Bound to the zone that is lost: ${bound.map(([name, count]) => `${count} of ${name}`).join(", ")}.`,
        ]),
    ...(figures.capped.length === 0
      ? []
      : [
          `Less than ten times what they have at rest: ${figures.capped
            .map(({ service, min, max }) => `\`${service}\` (${min} to ${max})`)
            .join(", ")}.`,
        ]),
  ].join("\n\n");
}

function table([titles = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(titles), line(titles.map(() => "---")), ...rows.map(line)].join("\n");
}
