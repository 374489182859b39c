import type { PackConfig } from "../policy/config";
import { type ExitStatus, exitStatus } from "./exitStatus";
import { configFrom } from "./policyConfig";
import { compareWithFirst, type Difference, type Preview, preview } from "./preview";
import { type Progress, progressOn, widthOf } from "./progress";
import { report } from "./report";
import { counted, paintFor } from "./report/paint";
import { tally } from "./report/tally";
import { isMandatory } from "./report/verdict";
import type { StackRequest } from "./stack";

/** How `preview` shows what it found. */
export interface PreviewFlags {
  readonly first?: boolean;
  readonly full?: boolean;
  readonly json?: boolean;
  /**
   * File of the rules' levels, settings and exemptions.
   *
   * @default the pack's own of the stack's environment
   */
  readonly policyConfig?: string;
}

/** `preview`: runs a stack, prints its plan, and says whether it may be carried out. */
export async function previewCommand(request: StackRequest, flags: PreviewFlags): Promise<ExitStatus> {
  const progress = progressOn(process.stderr);
  const config = configFrom(flags.policyConfig);
  const found = await run({ request, ...config }, progress);
  const first =
    flags.first === true ? await firstPreview({ request, ...config }, found, progress) : undefined;
  progress.done();

  const { plan, run: ran } = found;
  const errors = first === undefined ? [] : differenceLines(first);
  if (flags.json === true) {
    const whole = first === undefined ? plan : { ...plan, firstPreview: { policy: first.policy } };
    process.stdout.write(`${JSON.stringify(whole, null, 2)}\n`);
    process.stderr.write(lines(ran.warnings.map((text) => `warning: ${text}`)));
  } else {
    process.stdout.write(
      report(plan, {
        standIns: ran.stack.standIns,
        warnings: ran.warnings,
        full: flags.full === true,
        paint: paintFor(process.stdout),
        width: widthOf(process.stdout),
        ...(first !== undefined && errors.length === 0
          ? { firstPreview: `registers the same ${tally(plan.resources)}; ${judgedText(first)}` }
          : {}),
      }),
    );
  }
  process.stderr.write(lines(errors));
  return errors.length > 0 || plan.policy.violations.some(isMandatory)
    ? exitStatus.violated
    : exitStatus.fine;
}

async function run(
  { request, config }: { readonly request: StackRequest; readonly config?: PackConfig },
  progress: Progress,
): Promise<Preview> {
  progress.say(`loading ${request.stack} …`);
  try {
    const say = (count: number): void => {
      progress.say(`${request.stack}: ${counted(count, "registration")} …`);
    };
    return await preview(request, say, config);
  } finally {
    progress.done();
  }
}

async function firstPreview(
  { request, config }: { readonly request: StackRequest; readonly config?: PackConfig },
  found: Preview,
  progress: Progress,
): Promise<Difference> {
  progress.say(`${request.stack}: once more, as a first preview …`);
  return await compareWithFirst(found, request.root, config);
}

/** What the rules can say before anything is there. */
function judgedText({ policy: { evaluated, unknown } }: Difference): string {
  return `${counted(evaluated, "check")}, ${unknown.toLocaleString("en")} left to the update`;
}

function differenceLines({ onlyInUpdate, onlyInFirstPreview, policy }: Difference): readonly string[] {
  const listed = (title: string, urns: readonly string[]): readonly string[] =>
    urns.length === 0 ? [] : [title, ...urns.map((urn) => `  ${urn}`)];
  return [
    ...listed(
      "error: a first preview would not show these, as they are made from values that are not known yet:",
      onlyInUpdate,
    ),
    ...listed("error: only a first preview would show these:", onlyInFirstPreview),
    ...listed(
      "error: a first preview would be refused by these rules:",
      policy.violations
        .filter(isMandatory)
        .map(({ policy: rule, urn, message }) => `${rule} ${urn ?? "the stack"}: ${message}`),
    ),
  ];
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join("");
}
