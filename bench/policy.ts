/*
 * The policy pack over the largest plan that a blueprint makes, and over two and four of it side by side:
 *
 *   npm run bench:policy
 *
 * Prints medians: what one plan takes, what a thousand resources take, and how that grows.
 */
import { join } from "node:path";
import type { PlanResource } from "../preview/plan";
import { judge } from "../preview/policy";
import { runStack } from "../preview/program";
import { readStack } from "../preview/stack";
import { median } from "./measure";

const root = join(__dirname, "..");
const runs = 7;

/** The plan some times over, each copy with names of its own and tied to itself. */
function times(resources: readonly PlanResource[], copies: number): readonly PlanResource[] {
  return Array.from({ length: copies }, (_, copy) =>
    resources.map((resource): PlanResource => {
      const own = (urn: string) => `${urn}-${String(copy)}`;
      return {
        ...resource,
        urn: own(resource.urn),
        name: own(resource.name),
        parent: resource.parent === null ? null : own(resource.parent),
        // a provider's reference is its URN and an id
        provider:
          resource.provider === null ? null : resource.provider.replace(/(::[^:]+)$/, `-${String(copy)}$1`),
        dependencies: resource.dependencies.map(own),
        propertyDependencies: Object.fromEntries(
          Object.entries(resource.propertyDependencies).map(([name, urns]) => [name, urns.map(own)]),
        ),
      };
    }),
  ).flat();
}

async function main(): Promise<void> {
  const set = ["cloud=aws", "blueprint=suuupra"];
  const { resources } = await runStack(readStack({ root, stack: "prod", set }), {
    root,
    outputs: "known",
    echo: false,
  });
  const rows = [1, 2, 4].map((copies) => {
    const plan = times(resources, copies);
    // the first is not counted: it compiles
    const { evaluated, notApplicable } = judge(plan, { environment: "prod" });
    const taken = Array.from({ length: runs }, () => {
      const started = process.hrtime.bigint();
      judge(plan, { environment: "prod" });
      return Number(process.hrtime.bigint() - started) / 1e6;
    });
    return { resources: plan.length, evaluated, notApplicable, ms: median(taken) };
  });
  const heads = ["resources", "checks", "not about it", "ms", "ms per 1,000", "growth"];
  process.stdout.write(`${heads.map((head) => head.padStart(13)).join("")}\n`);
  for (const { resources: count, evaluated, notApplicable, ms } of rows) {
    const growth = ms / (rows[0]?.ms ?? ms);
    const cells = [
      ...[count, evaluated, notApplicable].map((figure) => figure.toLocaleString("en")),
      ...[ms, (ms / count) * 1000].map((figure) => figure.toFixed(0)),
      `${growth.toFixed(2)} ×`,
    ];
    process.stdout.write(`${cells.map((cell) => cell.padStart(13)).join("")}\n`);
  }
}

void main();
