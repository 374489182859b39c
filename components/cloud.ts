import * as pulumi from "@pulumi/pulumi";

/** The clouds that Groundwork runs on. */
export const clouds = ["aws", "gcp"] as const;
export type Cloud = (typeof clouds)[number];

/** The kinds of stack; presets and policy levels go by it. */
export const environments = ["dev", "staging", "prod"] as const;
export type Environment = (typeof environments)[number];

/** Thrown where a cloud has no such capability: never a silent no-op. */
export class UnsupportedOnCloudError extends pulumi.RunError {
  constructor(
    readonly option: string,
    readonly cloud: Cloud,
    readonly reason: string,
  ) {
    super(`${option} is not supported on ${cloud}: ${reason}`);
    this.name = "UnsupportedOnCloudError";
  }
}
