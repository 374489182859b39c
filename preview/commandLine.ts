import { resolve } from "node:path";
import { Command, CommanderError } from "commander";
import { type CapacityFlags, capacityCommand } from "./capacityCommand";
import { type ComplianceFlags, complianceCommand } from "./complianceCommand";
import { type CostsFlags, costsCommand } from "./costsCommand";
import { deliveryCommand, type DeliveryFlags } from "./deliveryCommand";
import { isPlain, messageOf, UsageError } from "./errors";
import { type ExitStatus, exitStatus } from "./exitStatus";
import { type PolicyFlags, policyCommand } from "./policyCommand";
import { type PreviewFlags, previewCommand } from "./previewCommand";
import { ProgramCrash } from "./program";
import { type RenderFlags, renderCommand } from "./renderCommand";
import { type ReplayFlags, replayCommand } from "./replayCommand";
import type { StackRequest } from "./stack";

/** Which stack, as both commands take it. */
interface StackFlags {
  readonly stack: string;
  readonly cloud?: string;
  readonly blueprint?: string;
  readonly set: readonly string[];
  readonly cwd: string;
}

/** Runs a command (`preview`, `render`, `chart`, `kustomize`, `costs`, `capacity`, `replay`, `policy`) and says how it went; errors go to standard error. */
export async function runCommandLine(args: readonly string[]): Promise<ExitStatus> {
  let status: ExitStatus = exitStatus.fine;
  const program = commandLine((ended) => {
    status = ended;
  });
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    status = failed(error);
  }
  return status;
}

function commandLine(finish: (status: ExitStatus) => void): Command {
  const program = new Command("groundwork")
    .description("Offline preview of a stack: no Pulumi CLI, no credentials, no network.")
    .exitOverride();

  onStack(program, "preview", { isDefault: true })
    .description("Show what a stack would be, and what the policies say of it.")
    .option("--first", "also run it with unknown outputs, as a first preview does; fail where that differs")
    .option("--full", "a line for every resource, like ones not folded")
    .option(
      "--policy-config <file>",
      "levels, settings and exemptions of the rules, as --policy-pack-config takes them (default: the environment's)",
      valueFor("--policy-config"),
    )
    .option("--json", "print the plan as one JSON document, and nothing else")
    .action(async (flags: StackFlags & PreviewFlags) => {
      finish(await previewCommand(requestOf(flags), flags));
    });

  onStack(program, "render")
    .description(
      "Write the stack's Kubernetes objects as YAML; those inside charts where --charts asks for them.",
    )
    .requiredOption(
      "--out <dir>",
      "folder to write; the files that this command wrote there before are removed",
      valueFor("--out"),
    )
    .option("--charts", "also render the charts, by helm, from their repositories")
    .option(
      "--chart-folder <dir>",
      "render the charts that lie unpacked in this folder, by their names, with no network",
      valueFor("--chart-folder"),
    )
    .action(async (flags: StackFlags & RenderFlags) => {
      finish(await renderCommand(requestOf(flags), { ...flags, out: resolve(flags.out) }));
    });

  onStacks(program, "chart", finish).description(
    "Write the applications as a Helm chart with values for each stack, for who deploys them without Pulumi.",
  );

  onStacks(program, "kustomize", finish).description(
    "Write the applications as a base of kustomize with an overlay for each stack, for who deploys them without Pulumi.",
  );

  onStack(program, "costs")
    .description("Compare a stack's presets and clouds by what is paid for and waited for, as a table.")
    .option("--presets <names...>", "presets to compare", ["small", "standard", "ha"])
    .option("--json", "print the columns as one JSON document, and nothing else")
    .action(async ({ cloud, ...flags }: StackFlags & Pick<CostsFlags, "presets" | "json">) => {
      const clouds = cloud === undefined ? ["aws", "gcp"] : [cloud];
      finish(await costsCommand(requestOf(flags), { ...flags, clouds }));
    });

  onStack(program, "capacity")
    .description("Show whether a stack's pods find room: at rest, at ten times the load, with a zone lost.")
    .option("--json", "print the figures as one JSON document, and nothing else")
    .action(async (flags: StackFlags & CapacityFlags) => {
      finish(await capacityCommand(requestOf(flags), flags));
    });

  onStack(program, "replay")
    .description("Refuse a release that would replace or delete a store, bucket, key, network or cluster.")
    .option(
      "--release <file>",
      "what the last release made (default: releases/<stack>-<blueprint>-<cloud>.jsonl)",
      valueFor("--release"),
    )
    .option("--record", "write what this release makes, in place of comparing")
    .action(async (flags: StackFlags & ReplayFlags) => {
      finish(await replayCommand(requestOf(flags), flags));
    });

  program
    .command("policy")
    .description("Judge a plan that preview --json printed, edited or not.")
    .requiredOption("--plan <file>", "the plan", valueFor("--plan"))
    .option(
      "--environment <name>",
      "whose levels hold: dev, staging or prod (default: the plan's own)",
      valueFor("--environment"),
    )
    .option(
      "--policy-config <file>",
      "levels, settings and exemptions of the rules, as --policy-pack-config takes them (default: the environment's)",
      valueFor("--policy-config"),
    )
    .option("--json", "print the verdict as JSON, and nothing else")
    .allowExcessArguments(false)
    .action((flags: PolicyFlags) => {
      finish(policyCommand(flags));
    });

  onSystem(program.command("compliance"))
    .description(
      "Report on a stack or a plan control by control: SOC 2, GDPR, CIS and the others that rules name.",
    )
    .option("--stack <name>", "stack to run, from Pulumi.<name>.yaml", valueFor("--stack"))
    .option("--plan <file>", "a plan that preview --json printed, in place of --stack", valueFor("--plan"))
    .option(
      "--policy-config <file>",
      "levels, settings and exemptions of the rules, as --policy-pack-config takes them (default: the environment's)",
      valueFor("--policy-config"),
    )
    .option(
      "--out <dir>",
      "folder for compliance.md, compliance.json and violations.sarif (default: prints the first)",
      valueFor("--out"),
    )
    .action(async ({ stack, ...flags }: Omit<StackFlags, "stack"> & ComplianceFlags & { stack?: string }) => {
      finish(
        await complianceCommand(stack === undefined ? undefined : requestOf({ ...flags, stack }), flags),
      );
    });
  return program;
}

/** A command that writes the applications of several stacks. */
function onStacks(
  program: Command,
  name: "chart" | "kustomize",
  finish: (status: ExitStatus) => void,
): Command {
  return onSystem(program.command(name))
    .option("--stacks <names...>", "stacks to run, from their files", ["dev", "staging", "prod"])
    .requiredOption(
      "--out <dir>",
      "folder to write; the files that this command wrote there before are removed",
      valueFor("--out"),
    )
    .option(
      "--state <stack=file>",
      "take what an update has made from what pulumi stack export printed; may be repeated",
      repeated("--state"),
      [],
    )
    .action(
      async (flags: Omit<StackFlags, "stack"> & DeliveryFlags & { readonly stacks: readonly string[] }) => {
        const { root, set } = requestOf({ ...flags, stack: "" });
        const request = { root, set, stacks: flags.stacks };
        finish(await deliveryCommand(name, request, { ...flags, out: resolve(flags.out) }));
      },
    );
}

function onStack(program: Command, name: string, options: { readonly isDefault?: boolean } = {}): Command {
  const command = program
    .command(name, options)
    .requiredOption("--stack <name>", "stack to run, from Pulumi.<name>.yaml", valueFor("--stack"));
  return onSystem(command);
}

/** Options by which a system and its settings are chosen. */
function onSystem(command: Command): Command {
  return command
    .option("--cloud <name>", "run it on another cloud: short for --set cloud=<name>", valueFor("--cloud"))
    .option(
      "--blueprint <name>",
      "run another system: short for --set blueprint=<name>",
      valueFor("--blueprint"),
    )
    .option(
      "--set <path=value>",
      "change a value of the stack's, such as network.zones=2; may be repeated",
      repeated("--set"),
      [],
    )
    .option("-C, --cwd <dir>", "folder of Pulumi.yaml", valueFor("--cwd"), process.cwd())
    .allowExcessArguments(false);
}

/** Collects the values of an option that may be given several times. */
function repeated(option: string): (value: string, before: readonly string[]) => readonly string[] {
  return (value, before) => [...before, valueFor(option)(value)];
}

/** Refuses an option in the place of another's value, which Commander would take: `--stack --json`. */
function valueFor(option: string): (value: string) => string {
  return (value) => {
    if (value.startsWith("-")) {
      throw new UsageError(`${option}: expected a value, got the option ${value}`);
    }
    return value;
  };
}

function requestOf({ stack, cloud, blueprint, set, cwd }: StackFlags): StackRequest {
  return {
    root: resolve(cwd),
    stack,
    set: [
      ...(cloud === undefined ? [] : [`cloud=${cloud}`]),
      ...(blueprint === undefined ? [] : [`blueprint=${blueprint}`]),
      ...set,
    ],
  };
}

function failed(error: unknown): ExitStatus {
  if (error instanceof CommanderError) {
    // it has said what is wrong; help that was asked for is no failure
    return error.exitCode === 0 ? exitStatus.fine : exitStatus.usage;
  }
  if (isPlain(error)) {
    process.stderr.write(`error: ${messageOf(error)}\n`);
    return exitStatus.usage;
  }
  const text = error instanceof Error && !(error instanceof ProgramCrash) ? error.stack : messageOf(error);
  process.stderr.write(`the preview failed:\n${text ?? messageOf(error)}\n`);
  return exitStatus.crash;
}
