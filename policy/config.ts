import type { Environment, Level } from "./levels";
import type { Rule } from "./rule";

/** The pack's config in CrossGuard's own form, as `--policy-pack-config` takes it. */
export type PackConfig = Readonly<
  Record<string, { readonly enforcementLevel: Level } & Readonly<Record<string, unknown>>>
>;

/** What the rules ask of an environment: `policy/config/<environment>.json` holds the same. */
export function packConfig(rules: readonly Rule[], environment: Environment): PackConfig {
  return Object.fromEntries(
    rules.map(({ id, levels, settings }) => [
      id,
      {
        enforcementLevel: levels[environment],
        ...Object.fromEntries(
          Object.entries(settings).map(([name, { values }]) => [name, values[environment]]),
        ),
      },
    ]),
  );
}
