import { z } from "zod";
import { text } from "./fields";

/** A registry of images, with a path where it has one. */
export const registry = text(
  /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._/-]+)?$/,
  "a registry and path such as ghcr.io/example",
);
/** Where the images come from that the stack's cluster runs. */
export const images = z.strictObject({
  registry: registry
    .optional()
    .describe(
      "what stands before each service's repository; where it is not given the stack makes a registry, and its services' images have to be pushed there",
    ),
  username: z
    .string({ error: "a user of the registry" })
    .min(1, "a user of the registry")
    .optional()
    .describe("whom images are pulled as where images.registry is private; its token is registryPassword"),
  admittedRegistries: z
    .array(registry, { error: "a list of registries" })
    .default([])
    .describe(
      "registries, with their paths, that the stack's cluster may run every image of, beside the stack's own and the charts': of what you run there besides, as by Argo CD",
    ),
});
