/** The kinds of stack that the pack knows, loosest first. */
export const environments = ["dev", "staging", "prod"] as const;
export type Environment = (typeof environments)[number];

/** What a breach of a rule does: stop the deployment, warn, or nothing because the rule is off. */
export type Level = "mandatory" | "advisory" | "disabled";

/** What a config may set of every rule. */
export const configurableLevels = ["mandatory", "advisory", "disabled"] as const;

/** What it may set of a rule that mends what it finds: mend it, and be mandatory where that does not do. */
export const remediatingLevels = [...configurableLevels, "remediate"] as const;
export type ConfigurableLevel = (typeof remediatingLevels)[number];

/** What a config may set of the rule. */
export function levelsOf({ mends }: { readonly mends: readonly string[] }): readonly ConfigurableLevel[] {
  return mends.length === 0 ? configurableLevels : remediatingLevels;
}

/** One value for each kind of stack. */
export type PerEnvironment<T> = Readonly<Record<Environment, T>>;

/** Everywhere mandatory: what no environment has a reason to do. */
export const always: PerEnvironment<Level> = { dev: "mandatory", staging: "mandatory", prod: "mandatory" };

/** A warning in dev, where work goes fast; mandatory from staging on. */
export const fromStaging: PerEnvironment<Level> = {
  dev: "advisory",
  staging: "mandatory",
  prod: "mandatory",
};

/** Off in dev and mandatory from staging on, where what is lost would be missed. */
export const offInDev: PerEnvironment<Level> = { dev: "disabled", staging: "mandatory", prod: "mandatory" };

/** Costs money to meet: off in dev, a warning in staging, mandatory in prod. */
export const inProd: PerEnvironment<Level> = { dev: "disabled", staging: "advisory", prod: "mandatory" };

/** A warning below prod, mandatory there. */
export const strictInProd: PerEnvironment<Level> = {
  dev: "advisory",
  staging: "advisory",
  prod: "mandatory",
};

/** Never stops a deployment: a warning from staging on, off in dev. */
export const onlyWarns: PerEnvironment<Level> = { dev: "disabled", staging: "advisory", prod: "advisory" };
