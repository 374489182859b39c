/** A value that a flag has, by one of its variants. */
export type FlagValue = boolean | number | string;

/** A feature flag as code: its variants by their names, and the one that all get whom no part picks another for. */
export interface FlagSpec {
  /** All of one type. */
  readonly variants: Readonly<Record<string, FlagValue>>;
  readonly defaultVariant: string;
  /**
   * Whether it is evaluated at all; services take their own default of one that is not.
   *
   * @default true
   */
  readonly enabled?: boolean;
  /**
   * Who gets which variant, in whole percent that make 100; by the context's `targetingKey`, so that each keeps its own. Who
   * has none gets the default.
   *
   * @default - all get the default
   */
  readonly rollout?: Readonly<Record<string, number>>;
}

/** What flagd tells of. */
export interface FlagdSpec {
  /**
   * Flags by their keys.
   *
   * @default {}
   */
  readonly flags?: Readonly<Record<string, FlagSpec>>;
  /**
   * Variants that all get in a stack, by the flags' keys: in place of the flag's own default, and of its rollout.
   *
   * @default {}
   */
  readonly defaults?: Readonly<Record<string, string>>;
}

/** What is wrong with flags. */
export interface FlagProblem {
  /** Path below the spec: `flags.new-cart.defaultVariant`. */
  readonly key: string;
  readonly expected: string;
  readonly got: string;
}

/** A key that can stand in a URL and in a series' label. */
const keyPattern = /^[a-z][a-z0-9-]{0,62}$/;

/** All that is wrong with flags; nothing where they can be told of. */
export function flagProblems({ flags = {}, defaults = {} }: FlagdSpec): readonly FlagProblem[] {
  const known = Object.keys(flags).join(", ");
  const unknown = Object.keys(defaults).filter((key) => !Object.hasOwn(flags, key));
  return [
    ...unknown.map((key) => ({ key: `defaults.${key}`, expected: `a flag: one of ${known}`, got: key })),
    ...Object.entries(flags).flatMap(([key, flag]) => [
      ...problemsOf(`flags.${key}`, key, flag),
      ...noVariant(`defaults.${key}`, flag, variantForAll(defaults, key)),
    ]),
  ];
}

/**
 * What flagd reads (https://flagd.dev/schema/v0/flags.json).
 *
 * @throws RangeError naming the first key that can't be told of, what was expected and what came
 */
export function flagDefinitions(spec: FlagdSpec): string {
  const [problem] = flagProblems(spec);
  if (problem !== undefined) {
    throw new RangeError(`${problem.key}: expected ${problem.expected}, got ${problem.got}`);
  }
  const { flags = {}, defaults = {} } = spec;
  const definitions = Object.entries(flags).map(
    ([key, { variants, defaultVariant, enabled = true, rollout }]) => {
      const forAll = variantForAll(defaults, key);
      const targeting =
        rollout === undefined || forAll !== undefined ? {} : { fractional: Object.entries(rollout) };
      return [
        key,
        {
          state: enabled ? "ENABLED" : "DISABLED",
          variants,
          defaultVariant: forAll ?? defaultVariant,
          targeting,
        },
      ] as const;
    },
  );
  return JSON.stringify({
    $schema: "https://flagd.dev/schema/v0/flags.json",
    flags: Object.fromEntries(definitions),
  });
}

/** What a stack says of a flag itself, whatever its key. */
function variantForAll(defaults: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(defaults, key) ? defaults[key] : undefined;
}

function problemsOf(path: string, key: string, flag: FlagSpec): readonly FlagProblem[] {
  const { variants, defaultVariant, rollout } = flag;
  const values = Object.values(variants);
  const types = [...new Set(values.map((value) => typeof value))];
  return [
    ...when(!keyPattern.test(key), path, "a name of lower-case letters, digits and hyphens", key),
    ...when(types.length !== 1, `${path}.variants`, "values of one type", types.join(", ") || "none"),
    ...when(
      values.some((value) => typeof value === "number" && !Number.isFinite(value)),
      `${path}.variants`,
      "finite numbers",
      values.join(", "),
    ),
    ...noVariant(`${path}.defaultVariant`, flag, defaultVariant),
    ...(rollout === undefined ? [] : rolloutProblems(`${path}.rollout`, flag, rollout)),
  ];
}

function rolloutProblems(
  path: string,
  flag: FlagSpec,
  rollout: Readonly<Record<string, number>>,
): readonly FlagProblem[] {
  const parts = Object.values(rollout);
  const whole = parts.every((percent) => Number.isInteger(percent) && percent >= 0);
  const sum = parts.reduce((total, percent) => total + percent, 0);
  return [
    ...Object.keys(rollout).flatMap((variant) => noVariant(path, flag, variant)),
    ...when(!whole || sum !== 100, path, "whole percents that make 100", parts.join(" + ") || "none"),
  ];
}

function noVariant(key: string, { variants }: FlagSpec, variant: string | undefined): readonly FlagProblem[] {
  if (variant === undefined) return [];
  const names = Object.keys(variants);
  return when(!names.includes(variant), key, `a variant: one of ${names.join(", ") || "none"}`, variant);
}

function when(wrong: boolean, key: string, expected: string, got: string): readonly FlagProblem[] {
  return wrong ? [{ key, expected, got }] : [];
}
