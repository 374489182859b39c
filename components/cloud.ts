/** The clouds that Groundwork runs on. */
export const clouds = ["aws", "gcp"] as const;
export type Cloud = (typeof clouds)[number];

/** The kinds of stack; presets and policy levels go by it. */
export const environments = ["dev", "staging", "prod"] as const;
export type Environment = (typeof environments)[number];
