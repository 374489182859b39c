import { z } from "zod";

const preview = z.object({ steps: z.array(z.object({ urn: z.string() })).default([]) });

/** URNs in the document that `pulumi preview --json` prints. */
export function previewedUrns(document: string): readonly string[] {
  return preview.parse(JSON.parse(document)).steps.map((step) => step.urn);
}
