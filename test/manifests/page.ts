import { acceptances, accepts } from "./accepted";
import { faults, type PodCount } from "./pods";
import type { Verdict } from "./verify";

const head = `# What reaches Kubernetes

Every stack of every system, rendered whole: the program's own objects and those of every chart with the values that it is
given. \`npm run manifests\` renders them by \`helm template\`, validates each object strictly by kubeconform (Kubernetes' own
kinds by their schemas, custom resources by the CRDs that the charts bring), lets kube-score judge them, and writes this page.
It needs \`helm\`, \`kubeconform\` and \`kube-score\` on the PATH and fails on an object that is not valid, and on a critical
finding that is not listed below.
`;

/** The page of figures that a whole run leaves behind. */
export function pageOf(verdicts: readonly Verdict[]): string {
  return [
    head,
    "## Objects\n",
    table(
      ["system", "stack", "cloud", "releases", "namespaces", "custom resources", "objects", "valid"],
      verdicts.map(({ combination, releases, namespaces, customResources, objects, valid }) => [
        ...whereOf(combination),
        ...[releases, namespaces, customResources, objects, valid].map(String),
      ]),
    ),
    "\n## Pods of charts, as they come and with our values\n",
    "A fault is counted once for each Deployment, StatefulSet, DaemonSet, Job or CronJob. Pods that operators make later are",
    "not among them.\n",
    table(
      ["system", "stack", "cloud", "pods", ...faults.flatMap((fault) => [`${fault}: before`, "after"])],
      verdicts.map(({ combination, byDefault, withValues }) => [
        ...whereOf(combination),
        `${String(byDefault.count.pods)} → ${String(withValues.pods)}`,
        ...faults.flatMap((fault) => beforeAndAfter(byDefault.count, withValues, fault)),
      ]),
    ),
    ...refusals(verdicts),
    "\n## Findings that stay\n",
    table(
      ["check", "of", "found", "why it stays"],
      acceptances.map((acceptance) => [
        acceptance.checks.join(", "),
        acceptance.objects === undefined ? "all" : `\`${acceptance.objects.source.replaceAll("|", "\\|")}\``,
        String(foundBy(acceptance, verdicts)),
        acceptance.reason,
      ]),
    ),
    "",
  ].join("\n");
}

function whereOf({ blueprint, stack, cloud }: Verdict["combination"]): readonly string[] {
  return [`\`${blueprint}\``, stack, cloud];
}

function beforeAndAfter(
  before: PodCount,
  after: PodCount,
  fault: (typeof faults)[number],
): readonly string[] {
  return [String(before[fault]), String(after[fault])];
}

function refusals(verdicts: readonly Verdict[]): readonly string[] {
  const refused = [...new Set(verdicts.flatMap(({ byDefault }) => byDefault.refused))].sort();
  return refused.length === 0
    ? []
    : [
        "",
        `Without values these don't render at all, and are not in what was before: ${refused.join(", ")}.`,
      ];
}

/** Objects of all stacks. */
function foundBy(acceptance: (typeof acceptances)[number], verdicts: readonly Verdict[]): number {
  return verdicts.flatMap(({ findings }) => findings.filter((finding) => accepts(acceptance, finding)))
    .length;
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return [columns, columns.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
