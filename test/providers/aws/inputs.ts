import type { PlanResource } from "../../../preview/plan";

/** An input that must be text. */
export function textOf({ type, name, inputs }: PlanResource, key: string): string {
  const value = inputs[key];
  if (typeof value !== "string") {
    throw new Error(`${type} ${name}: expected text in ${key}, got ${JSON.stringify(value)}`);
  }
  return value;
}

/** A policy's document, which resources take as JSON text. */
export function policyOf(resource: PlanResource, key = "policy"): PolicyDocument {
  // JSON of our own making: a test compares it whole
  return JSON.parse(textOf(resource, key)) as PolicyDocument;
}

/** What {@link policyOf} reads. */
export interface PolicyDocument {
  readonly Version: string;
  readonly Statement: readonly Readonly<Record<string, unknown>>[];
}
