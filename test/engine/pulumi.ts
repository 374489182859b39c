import { spawnSync, type SpawnSyncReturns } from "node:child_process";

/** A run of the CLI that was looked at. */
export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The CLI is not there. */
export class NoPulumiError extends Error {
  override readonly name = "NoPulumiError";
  constructor() {
    super("pulumi: expected the Pulumi CLI and its Node.js language host on the PATH, got none");
  }
}

const largeOutputBytes = 256 * 1024 * 1024;

/** The Pulumi CLI in one folder and environment. */
export class Pulumi {
  constructor(
    private readonly folder: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** Runs a command for the user to watch. Returns its exit status. */
  public watched(...args: readonly string[]): number {
    return statusOf(spawnSync("pulumi", [...args], { ...this.options(), stdio: "inherit" }));
  }

  /** Runs a command for what it prints. */
  public captured(...args: readonly string[]): CommandResult {
    const ran = spawnSync("pulumi", [...args, "--non-interactive"], {
      ...this.options(),
      encoding: "utf8",
      maxBuffer: largeOutputBytes,
    });
    return { status: statusOf(ran), stdout: ran.stdout, stderr: ran.stderr };
  }

  /** Runs a command that has to succeed, and returns what it printed. */
  public quiet(...args: readonly string[]): string {
    const { status, stdout, stderr } = this.captured(...args);
    if (status !== 0) {
      throw new Error(`pulumi ${args.slice(0, 2).join(" ")}: exit status ${status}\n${stderr}${stdout}`);
    }
    return stdout;
  }

  private options(): { cwd: string; env: NodeJS.ProcessEnv } {
    return { cwd: this.folder, env: { ...process.env, ...this.environment } };
  }
}

/** The CLI's version, or undefined where there is none on the PATH. */
export function pulumiVersion(): string | undefined {
  const { error, stdout } = spawnSync("pulumi", ["version"], { encoding: "utf8" });
  return error === undefined ? stdout.trim() : undefined;
}

function statusOf(ran: SpawnSyncReturns<string | Buffer>): number {
  if (ran.error !== undefined) {
    throw "code" in ran.error && ran.error.code === "ENOENT" ? new NoPulumiError() : ran.error;
  }
  return ran.status ?? 1;
}
