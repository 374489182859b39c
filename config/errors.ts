import * as pulumi from "@pulumi/pulumi";

/** One thing wrong with the configuration. */
export interface ConfigProblem {
  /** Path below the project's namespace: `network.cidr`. */
  readonly key: string;
  readonly expected: string;
  /** What came, as the user wrote it; left out where it may be a secret. */
  readonly got?: string;
}

/** Bad configuration: every problem found, each with its key. Thrown before any resource is registered. */
export class ConfigError extends pulumi.RunError {
  constructor(readonly problems: readonly ConfigProblem[]) {
    super(
      [
        "the stack's configuration cannot be used:",
        ...problems.map((problem) => `  ${describeProblem(problem)}`),
      ].join("\n"),
    );
    this.name = "ConfigError";
  }
}

/** Secrets that the stack needs and that nobody has set yet. */
export class MissingSecretError extends pulumi.RunError {
  constructor(readonly missingSecrets: readonly string[]) {
    super(
      [
        "secrets that this stack needs are not set:",
        ...missingSecrets.map(
          (key) => `  groundwork:${key}: expected a secret, got nothing; pulumi config set --secret ${key}`,
        ),
      ].join("\n"),
    );
    this.name = "MissingSecretError";
  }
}

/** One problem in a line: the key, what was expected and what came. */
export function describeProblem({ key, expected, got }: ConfigProblem): string {
  return `groundwork:${key}: expected ${expected}${got === undefined ? "" : `, got ${got}`}`;
}

/** A value as an error shows it: JSON, cut at 80 characters. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
