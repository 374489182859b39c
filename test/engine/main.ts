import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Command, CommanderError, Option } from "commander";
import { isPlain, messageOf } from "../../preview/errors";
import { destroy, preview, type Trial, up } from "./commands";
import { NoPulumiError, pulumiVersion } from "./pulumi";
import { resolvedStack } from "./stack";
import { openWorkspace } from "./workspace";

interface Options {
  readonly stack: string;
  readonly cloud?: string;
  readonly blueprint?: string;
  readonly set: readonly string[];
  readonly cwd: string;
  readonly dir?: string;
  readonly policy: boolean;
  readonly unprotect?: boolean;
}

type Act = (trial: Trial, options: Options, cliArgs: readonly string[]) => number;

const acts: Readonly<Record<string, { readonly description: string; readonly act: Act }>> = {
  preview: {
    description: "what an update would do",
    act: (trial, { policy }, args) => preview(trial, policy, args),
  },
  up: {
    description: "make everything, with stand-ins for the clouds",
    act: (trial, { policy }, args) => up(trial, policy, args),
  },
  destroy: {
    description: "make everything unless it is there, then take it down: refused while anything is protected",
    act: (trial, { policy, unprotect = false }, args) => destroy(trial, { policy, unprotect }, args),
  },
};

function commandLine(): Command {
  const program = new Command("engine").description(
    "the program under the real engine, with stand-ins for the providers: needs the Pulumi CLI, and no cloud account",
  );
  for (const [name, { description, act }] of Object.entries(acts)) {
    program
      .command(name)
      .exitOverride()
      .description(description)
      .requiredOption("--stack <name>", "which stack")
      .option("--cloud <cloud>", "the same as --set cloud=<cloud>")
      .option("--blueprint <name>", "the same as --set blueprint=<name>")
      .addOption(
        new Option(
          "--set <path=value>",
          "change a setting of the stack, such as network.zones=2; may be repeated",
        )
          .default([], "none")
          .argParser((value: string, given: readonly string[]) => [...given, value]),
      )
      .option("-C, --cwd <folder>", "folder of Pulumi.yaml", process.cwd())
      .option(
        "--dir <folder>",
        "keep plugins, project and state there for a later command; otherwise they are removed",
      )
      .option("--no-policy", "without the policy pack")
      .option("--unprotect", "before a destroy, let go of what is protected")
      .argument("[options...]", "after --: options for the Pulumi CLI")
      .action(async (args: readonly string[], options: Options) => {
        process.exitCode = await inWorkspace(options, (trial) => act(trial, options, args));
      });
  }
  return program;
}

async function inWorkspace(options: Options, act: (trial: Trial) => number): Promise<number> {
  const version = pulumiVersion();
  if (version === undefined) {
    throw new NoPulumiError();
  }
  const set = [
    ...(options.cloud === undefined ? [] : [`cloud=${options.cloud}`]),
    ...(options.blueprint === undefined ? [] : [`blueprint=${options.blueprint}`]),
    ...options.set,
  ];
  const root = resolve(options.cwd);
  const { stack } = await resolvedStack({ root, stack: options.stack, set });
  const kept = options.dir === undefined ? undefined : resolve(options.dir);
  const directory = kept ?? mkdtempSync(join(tmpdir(), "groundwork-engine-"));
  const started = process.hrtime.bigint();
  try {
    const { pulumi, project } = openWorkspace(root, directory, stack);
    const status = act({ pulumi, stack, project });
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    const state = kept === undefined ? "" : `; state kept in ${kept}`;
    process.stderr.write(`pulumi ${version}: exit status ${status} after ${seconds.toFixed(1)} s${state}\n`);
    return status;
  } finally {
    if (kept === undefined) {
      rmSync(directory, { recursive: true, force: true });
    }
  }
}

commandLine()
  .exitOverride()
  .parseAsync()
  .catch((error: unknown) => {
    process.exitCode = failed(error);
  });

/** Says what went wrong, and whose part it is: 2 for usage and configuration, 3 for what nobody foresaw. */
function failed(error: unknown): number {
  if (error instanceof CommanderError) {
    // it has said what is wrong; help that was asked for is no failure
    return error.exitCode === 0 ? 0 : 2;
  }
  if (isPlain(error) || error instanceof NoPulumiError) {
    process.stderr.write(`error: ${messageOf(error)}\n`);
    return 2;
  }
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 3;
}
