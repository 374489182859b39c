import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parse } from "yaml";

export const root = join(__dirname, "../..");

/** A step of a job, or of an action. */
export interface Step {
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
}

export interface Job {
  readonly uses?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly "timeout-minutes"?: number;
  readonly needs?: string | readonly string[];
  readonly concurrency?: { readonly group: string; readonly "cancel-in-progress": unknown };
  readonly if?: string;
  readonly steps?: readonly Step[];
  readonly with?: Readonly<Record<string, unknown>>;
  readonly secrets?: unknown;
}

export interface Workflow {
  readonly name: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: unknown;
  readonly concurrency?: { readonly group: string; readonly "cancel-in-progress": unknown };
  readonly jobs: Readonly<Record<string, Job>>;
}

/** A file below `.github`, from the repository's root, with its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const filesIn = (folder: string): readonly SourceFile[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ path: relative(root, path), text: readFileSync(path, "utf8") }));

export const workflowFiles = filesIn(".github/workflows");
export const actionFiles = filesIn(".github/actions");

/** Workflows by their files' names. */
export const workflows: Readonly<Record<string, Workflow>> = Object.fromEntries(
  workflowFiles.map(({ path, text }) => [path.replace(".github/workflows/", ""), parse(text) as Workflow]),
);

/** Every job of every workflow. */
export const jobs = Object.entries(workflows).flatMap(([file, workflow]) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({ file, name, job, title: `${file}: ${name}` })),
);

/** Every step of every workflow and action. */
export const steps: readonly { readonly title: string; readonly step: Step }[] = [
  ...jobs.flatMap(({ title, job }) => (job.steps ?? []).map((step) => ({ title, step }))),
  ...actionFiles.flatMap(({ path, text }) =>
    (parse(text) as { readonly runs: { readonly steps: readonly Step[] } }).runs.steps.map((step) => ({
      title: path,
      step,
    })),
  ),
];
