import type { PolicyConfigSchema } from "@pulumi/policy";
import { configurableLevels, type ConfigurableLevel, type Environment, levelsOf } from "./levels";
import type { Rule } from "./rule";

/** The pack's config in CrossGuard's own form, as `--policy-pack-config` takes it, every rule with its level. */
export type PackConfig = Readonly<
  Record<string, { readonly enforcementLevel: ConfigurableLevel } & Readonly<Record<string, unknown>>>
>;

/** The same as a file may have it: a level alone, settings without one, and `all` for the level of every rule. */
export type GivenConfig = Readonly<
  Record<
    string,
    | ConfigurableLevel
    | ({ readonly enforcementLevel?: ConfigurableLevel } & Readonly<Record<string, unknown>>)
  >
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

/**
 * A given config as the engine takes it: what it leaves out is as without a config, which is prod's; `all` sets the level
 * of each rule that it gives none.
 */
export function reconciled(rules: readonly Rule[], given: GivenConfig): PackConfig {
  const { all } = given;
  const everywhere = typeof all === "string" ? { enforcementLevel: all } : {};
  return Object.fromEntries(
    Object.entries(packConfig(rules, "prod")).map(([id, asked]) => {
      const own = given[id];
      return [
        id,
        { ...asked, ...everywhere, ...(typeof own === "string" ? { enforcementLevel: own } : own) },
      ];
    }),
  );
}

/** JSON schema of what a config may say of one rule, as an object. */
export function ruleConfigSchema(rule: Rule): PolicyConfigSchema["properties"][string] {
  return {
    type: "object",
    properties: {
      enforcementLevel: {
        enum: [...levelsOf(rule)],
        default: rule.levels.prod,
        description: "What a breach does.",
      },
      ...rule.policy.configSchema?.properties,
    },
    additionalProperties: false,
  };
}

/** JSON schema, draft 2020-12, of a whole config: `policy/config/schema.json`, for editors and checks of one's own. */
export function configSchema(rules: readonly Rule[]): object {
  const level = { enum: [...configurableLevels] };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Config of the policy pack, as --policy-pack-config takes it",
    type: "object",
    properties: {
      all: { ...level, description: "Level of each rule that gets none of its own." },
      ...Object.fromEntries(
        rules.map((rule) => [
          rule.id,
          {
            description: rule.title,
            if: { type: "string" },
            then: { enum: [...levelsOf(rule)] },
            else: ruleConfigSchema(rule),
          },
        ]),
      ),
    },
    additionalProperties: false,
  };
}
