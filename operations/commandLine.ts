import { resolve } from "node:path";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { isPlain, messageOf } from "../preview/errors";
import { exitStatus } from "../preview/exitStatus";
import { type AffectedFlags, affectedCommand } from "./affected/affectedCommand";
import { type DeployFlags, deployCommand, recordCommand, type RecordFlags } from "./deploy/deployCommand";
import { rollbackCommand, type RollbackFlags } from "./deploy/rollbackCommand";
import { type CommentFlags, commentCommand } from "./github/commentCommand";
import { type DriftFlags, driftCommand } from "./github/driftCommand";
import { GithubError } from "./github/github";
import { type HealthFlags, healthCommand } from "./health/healthCommand";
import { hostsOf, routesOf } from "./health/routes";
import { type ImagesFlags, imagesCommand } from "./images/imagesCommand";
import { parsePin, parsePushedPin, type Pin, pinCommand, type PinFlags, type PushedPin } from "./images/pin";
import { defaultRps, loadCommand, type LoadFlags } from "./load/loadCommand";
import { type Machine, thisMachine } from "./machine";
import { plannedResources } from "./planned";
import { rotationCommand, type RotationFlags } from "./rotation/rotationCommand";
import { ProgramError } from "./run";
import { type OperationStatus } from "./status";

/** Runs an operator's command and says how it went; errors go to standard error. */
export async function runOperations(
  args: readonly string[],
  machine: Machine = thisMachine,
): Promise<OperationStatus> {
  let status: OperationStatus = exitStatus.fine;
  const program = commandLine(machine, (ended) => {
    status = ended;
  });
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    status = failed(error);
  }
  return status;
}

type Finish = (status: OperationStatus) => void;

function commandLine(machine: Machine, finish: Finish): Command {
  const program = new Command("operations")
    .description("What workflows and operators run: deploy, look after and roll back a stack.")
    .exitOverride();
  forOperators(program, machine, finish);
  loading(program, machine, finish);
  rotating(program, machine, finish);
  forWorkflows(program, machine, finish);
  return program;
}

function forOperators(program: Command, machine: Machine, finish: Finish): void {
  deploying(program, "deploy")
    .description("Update a stack to what is committed, wait until it is well, and record that it was.")
    .option(
      "--image <service=version>",
      "a version in place of the stack file's; may be repeated",
      collectPins,
      [],
    )
    .option("--no-record", "leave the record of what is good as it is")
    .option("--push", "push that record to origin")
    .action(async ({ cwd, ...flags }: Folder & DeployFlags) => {
      finish(await deployCommand(resolve(cwd), flags, machine));
    });

  deploying(program, "rollback")
    .description("Deploy what was good last: the whole commit, or some services' images.")
    .option("--service <names...>", "only these services' images", [])
    .option("--force", "begin at what is checked out, though another commit's program stands")
    .action(async ({ cwd, ...flags }: Folder & RollbackFlags) => {
      finish(await rollbackCommand(resolve(cwd), flags, machine));
    });

  inFolder(program, "health")
    .description(
      "Look at routes, certificates, replication, new versions and error budgets; exit status 1 where one is bad.",
    )
    .requiredOption("--stack <name>", "the stack")
    .option("--prometheus <url>", "Prometheus or Thanos (default: PROMETHEUS_URL)")
    .option("--wait <minutes>", "look again while something is bad", wholeNumber, 0)
    .option("--strict", "what is unknown ends with 1 too")
    .option("--json", "print one JSON document")
    .action(async ({ cwd, ...flags }: Folder & HealthFlags) => {
      finish(await healthCommand(resolve(cwd), flags, machine));
    });
}

function loading(program: Command, machine: Machine, finish: Finish): void {
  inFolder(program, "load-test")
    .description(
      "Print k6's script of ten times the normal load within a minute, or run it: exit status 1 where an objective is missed.",
    )
    .requiredOption("--stack <name>", "the stack")
    .option("--rps <number>", "requests a second of all routes in normal times", wholeNumber, defaultRps)
    .option("--run", "run it with k6")
    .option("--out <file>", "write it there")
    .option("--yes", "also run it where the stack is production's")
    .action(async ({ cwd, ...flags }: Folder & LoadFlags) => {
      finish(await loadCommand(resolve(cwd), flags, machine));
    });
}

function rotating(program: Command, machine: Machine, finish: Finish): void {
  inFolder(program, "secret-rotation")
    .description(
      "Say how old each value is that is made anew from time to time; exit status 1 where one is too old.",
    )
    .requiredOption("--stack <name>", "the stack")
    .option("--json", "print one JSON document")
    .action(async ({ cwd, ...flags }: Folder & RotationFlags) => {
      finish(await rotationCommand(resolve(cwd), flags, machine));
    });
}

/** Options that a deployment and its way back have both. */
function deploying(program: Command, name: string): Command {
  return inFolder(program, name)
    .requiredOption("--stack <name>", "the stack")
    .option("--yes", "ask nobody")
    .option("--lock-wait <minutes>", "wait while another update holds the stack", wholeNumber, 0)
    .option("--health-wait <minutes>", "time in which it has to be well", wholeNumber, 10)
    .option("--prometheus <url>", "Prometheus or Thanos (default: PROMETHEUS_URL)");
}

function forWorkflows(program: Command, machine: Machine, finish: Finish): void {
  const { run, env } = machine;
  inFolder(program, "record-good")
    .description("Say that the commit which is checked out is what runs and is well.")
    .requiredOption("--stack <name>", "the stack")
    .option(
      "--image <service=version>",
      "a version that was deployed in place of the file's",
      collectPins,
      [],
    )
    .option("--push", "push it to origin", false)
    .action(async ({ cwd, ...flags }: Folder & RecordFlags) => {
      finish(await recordCommand(resolve(cwd), flags, machine));
    });

  inFolder(program, "affected")
    .description("Print the stacks that a change reaches, as the JSON of a matrix.")
    .option("--base <commit>", "commit before the change (default: every stack is affected)")
    .option("--head <commit>", "commit after it", "HEAD")
    .option("--environment <names>", "only of these, such as staging or staging,prod")
    .option("--both-clouds", "each stack also on the cloud on which it does not stand")
    .action(async ({ cwd, ...flags }: Folder & AffectedFlags) => {
      finish(await affectedCommand(resolve(cwd), flags, run));
    });

  inFolder(program, "affected-images")
    .description("Print the images whose sources a change touches, as the JSON of a matrix.")
    .requiredOption("--stack <name>", "stack to whose registry they go")
    .option("--base <commit>", "commit before the change (default: every image)")
    .option("--head <commit>", "commit after it", "HEAD")
    .action(async ({ cwd, ...flags }: Folder & ImagesFlags) => {
      finish(await imagesCommand(resolve(cwd), flags, run));
    });

  inFolder(program, "pin-image")
    .description("Write services' versions into stack files.")
    .requiredOption("--stack <names...>", "stacks whose files are changed")
    .requiredOption("--image <service=version>", pushedHelp, collectPushedPins, [])
    .action(async ({ cwd, ...flags }: Folder & PinFlags) => {
      finish(await pinCommand(resolve(cwd), flags));
    });

  inFolder(program, "hosts")
    .description("Print the hosts of a stack's public routes, as JSON.")
    .requiredOption("--stack <name>", "the stack")
    .action(async ({ cwd, stack }: Folder & { readonly stack: string }) => {
      const hosts = hostsOf(routesOf(await plannedResources(resolve(cwd), stack)));
      process.stdout.write(`${JSON.stringify(hosts)}\n`);
      finish(exitStatus.fine);
    });

  program
    .command("comment")
    .description("Say on a pull request what previews found; GITHUB_TOKEN and GITHUB_REPOSITORY say where.")
    .requiredOption("--pull-request <number>", "number of the pull request", wholeNumber)
    .requiredOption("--commit <commit>", "commit that was previewed")
    .requiredOption("--from <dir>", "folder of <stack>.txt and <stack>.status")
    .allowExcessArguments(false)
    .action(async (flags: CommentFlags) => {
      finish(await commentCommand(flags, env));
    });

  program
    .command("drift-issue")
    .description("Keep one issue a stack while it drifts; exit status 1 while it does.")
    .requiredOption("--stack <name>", "the stack")
    .requiredOption("--status <number>", "exit status of pulumi preview --expect-no-changes", wholeNumber)
    .requiredOption("--from <file>", "what it printed")
    .allowExcessArguments(false)
    .action(async (flags: DriftFlags) => {
      finish(await driftCommand(flags, env));
    });
}

interface Folder {
  readonly cwd: string;
}

function inFolder(program: Command, name: string): Command {
  return program
    .command(name)
    .option("-C, --cwd <dir>", "folder of Pulumi.yaml", process.cwd())
    .allowExcessArguments(false);
}

function collectPins(text: string, before: readonly Pin[]): readonly Pin[] {
  return [...before, parsePin(text)];
}

const pushedHelp =
  "a tag or a digest, or registry/repository@digest, which only the stacks get that run it from there; may be repeated";

function collectPushedPins(text: string, before: readonly PushedPin[]): readonly PushedPin[] {
  return [...before, parsePushedPin(text)];
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError(`expected a whole number, got ${text}`);
  return Number(text);
}

function failed(error: unknown): OperationStatus {
  if (error instanceof CommanderError) {
    // it has said what is wrong; help that was asked for is no failure
    return error.exitCode === 0 ? exitStatus.fine : exitStatus.usage;
  }
  if (isPlain(error)) {
    process.stderr.write(`error: ${messageOf(error)}\n`);
    return exitStatus.usage;
  }
  const isExpected = error instanceof ProgramError || error instanceof GithubError;
  const said = error instanceof Error && !isExpected ? (error.stack ?? error.message) : messageOf(error);
  process.stderr.write(`failed: ${said}\n`);
  return exitStatus.crash;
}
