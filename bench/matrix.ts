/*
 * Every system on every cloud in every stack, previewed one after the other as a user does it:
 *
 *   npm run matrix
 *
 * Prints what each registers, how many checks of the policy pack it passes and what it takes; ends with 1 where a mandatory
 * rule is broken, and where a preview fails.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { blueprintNames } from "../blueprints/names";
import { clouds } from "../components/cloud";
import { environments } from "../policy/levels";
import type { Plan } from "../preview/plan";
import { isMandatory } from "../preview/report/verdict";
import { typescript } from "./measure";

interface Previewed {
  readonly stack: string;
  readonly resources: number;
  readonly checks: number;
  readonly mandatory: number;
  readonly advisory: number;
  readonly seconds: number;
}

function preview(blueprint: string, cloud: string, stack: string): Previewed {
  const started = process.hrtime.bigint();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      ...[...typescript, "preview/main.ts", "preview", "--json"],
      ...["--stack", stack, "--blueprint", blueprint, "--cloud", cloud],
    ],
    { cwd: join(__dirname, ".."), encoding: "utf8", maxBuffer: 2 ** 28 },
  );
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  // 1 says that a rule is broken, which the table has
  if (status !== 0 && status !== 1) throw new Error(`${blueprint} ${cloud} ${stack}: ${stderr}`);
  const { resources, policy } = JSON.parse(stdout) as Plan;
  const mandatory = policy.violations.filter(isMandatory).length;
  return {
    stack: `${blueprint} ${cloud} ${stack}`,
    resources: resources.length,
    checks: policy.evaluated,
    mandatory,
    advisory: policy.violations.length - mandatory,
    seconds,
  };
}

function line({ stack, resources, checks, mandatory, advisory, seconds }: Previewed): string {
  const cells = [resources, checks, mandatory, advisory].map((count) =>
    count.toLocaleString("en").padStart(10),
  );
  return `${stack.padEnd(28)}${cells.join("")}${seconds.toFixed(1).padStart(9)} s`;
}

function main(): void {
  const heads = ["resources", "checks", "mandatory", "advisory"].map((head) => head.padStart(10));
  process.stdout.write(`${"".padEnd(28)}${heads.join("")}${"took".padStart(11)}\n`);
  const all: Previewed[] = [];
  for (const blueprint of blueprintNames) {
    for (const cloud of clouds) {
      for (const stack of environments) {
        const previewed = preview(blueprint, cloud, stack);
        process.stdout.write(`${line(previewed)}\n`);
        all.push(previewed);
      }
    }
  }
  const sum = (of: Exclude<keyof Previewed, "stack">): number =>
    all.reduce((total, each) => total + each[of], 0);
  process.stdout.write(
    `${line({
      stack: `all ${all.length}`,
      resources: sum("resources"),
      checks: sum("checks"),
      mandatory: sum("mandatory"),
      advisory: sum("advisory"),
      seconds: sum("seconds"),
    })}\n`,
  );
  process.exitCode = sum("mandatory") === 0 ? 0 : 1;
}

main();
