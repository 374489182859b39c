import { z } from "zod";
import { orchestrators } from "../components/containers/containerPlatform";

/** A whole number within bounds. */
export const count = (least: number, most: number): z.ZodInt => {
  const range = `a whole number from ${least} to ${most}`;
  return z.int({ error: range }).min(least, range).max(most, range);
};

/** A text of a pattern, and what it is in words. */
export const text = (pattern: RegExp, what: string): z.ZodString =>
  z.string({ error: what }).regex(pattern, what);

/** One of the words. */
export const oneOf = <const T extends readonly string[]>(values: T): z.ZodEnum<{ [K in T[number]]: K }> =>
  z.enum(values, { error: `one of ${values.join(", ")}` });

/** Zones of a region by their letters, each once. */
export const zoneLetters = z
  .array(text(/^[a-z]$/, "a zone's letter, such as a"), {
    error: "a list of zone letters, such as [a, b, c]",
  })
  .min(2, "at least 2 zones")
  .refine((zones) => new Set(zones).size === zones.length, "each zone once");

/** A region by its name on AWS. */
export const awsRegion = text(/^[a-z]{2}(-[a-z]+)+-\d$/, "an AWS region such as us-east-1");

/** A region by its name on GCP. */
export const gcpRegion = text(/^[a-z]+-[a-z]+\d+$/, "a GCP region such as us-east1");

/** What becomes of a stack whose pods do not all find room. */
export const capacity = oneOf(["refuse", "warn"])
  .default("refuse")
  .describe(
    "what becomes of a stack whose pods do not find room on its nodes, at rest, at ten times the load, at their highest counts, or with a zone lost: refuse before anything is made; warn in the preview and go on, for who knows its pods better than their requests tell (docs/capacity.md)",
  );

/** What runs the services. */
export const orchestrator = oneOf(orchestrators)
  .default("kubernetes")
  .describe(
    "what runs the services: kubernetes a cluster of the stack's own, with all that the platform keeps there; containers the cloud's own service for them (ECS on Fargate, Cloud Run), without a cluster, for blueprints whose services ask for nothing that Kubernetes alone has, as explico's do not (docs/containers.md)",
  );
