import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { packConfig, type PackConfig } from "../policy/config";
import { rules } from "../policy/rules";
import { complianceMarkdown } from "./compliance/markdown";
import { complianceReport, type ComplianceReport } from "./compliance/report";
import { sarifOf } from "./compliance/sarif";
import { UsageError } from "./errors";
import { type ExitStatus, exitStatus } from "./exitStatus";
import { environmentOf, judgeInDetail } from "./policy";
import { readPlan } from "./policyCommand";
import { configFrom } from "./policyConfig";
import { preview, secretsOf } from "./preview";
import { isMandatory } from "./report/verdict";
import type { StackRequest } from "./stack";

/** How `compliance` is asked, beside the stack. */
export interface ComplianceFlags {
  /** File that `preview --json` printed, in place of a stack. */
  readonly plan?: string;
  /**
   * File of the rules' levels, settings and exemptions.
   *
   * @default the pack's own of the environment
   */
  readonly policyConfig?: string;
  /**
   * Folder for the three files.
   *
   * @default none: the Markdown is printed
   */
  readonly out?: string;
}

/** `compliance`: what the rules say of a stack or a plan, control by control. */
export async function complianceCommand(
  request: StackRequest | undefined,
  { plan, policyConfig, out }: ComplianceFlags,
): Promise<ExitStatus> {
  if ((request === undefined) === (plan === undefined)) {
    throw new UsageError("compliance: expected either --stack or --plan");
  }
  const { config } = configFrom(policyConfig);
  const report = request === undefined ? ofPlan(plan ?? "", config) : await ofStack(request, config);
  const markdown = complianceMarkdown(report);
  if (out === undefined) {
    process.stdout.write(markdown);
  } else {
    const folder = resolve(out);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "compliance.md"), markdown);
    writeFileSync(join(folder, "compliance.json"), `${JSON.stringify(report, null, 2)}\n`);
    const sarif = sarifOf(report.policy, rules);
    writeFileSync(join(folder, "violations.sarif"), `${JSON.stringify(sarif, null, 2)}\n`);
  }
  return report.policy.violations.some(isMandatory) ? exitStatus.violated : exitStatus.fine;
}

function ofPlan(path: string, given: PackConfig | undefined): ComplianceReport {
  const { stack, environment, resources } = readPlan(path);
  const config = given ?? packConfig(rules, environment);
  return complianceReport(
    { stack, environment },
    judgeInDetail(resources, { environment, config }),
    rules,
    config,
  );
}

async function ofStack(request: StackRequest, given: PackConfig | undefined): Promise<ComplianceReport> {
  const { plan, run } = await preview(request, () => undefined);
  const { stack, blueprint, cloud } = plan;
  const environment = environmentOf(plan.environment);
  const config = given ?? packConfig(rules, environment);
  const judgement = judgeInDetail(run.resources, { environment, config, secrets: secretsOf(run) });
  return complianceReport({ stack, environment, blueprint, cloud }, judgement, rules, config);
}
