import { z } from "zod";
import { maxRouteRetries, maxRouteSeconds } from "../components/workload/routeTimes";
import { count, text } from "./fields";
import { slos } from "./sloFields";

/** How long, and how often, clients ask for a service. */
const route = z.strictObject({
  timeoutSeconds: count(1, maxRouteSeconds)
    .optional()
    .describe(
      "how long a client waits for an answer, seconds: until all of it is there where platform.istio is enabled, and else until the next part of it; 60 seconds until the next part unless the blueprint says",
    ),
  retries: count(0, maxRouteRetries)
    .optional()
    .describe(
      "how often a request that failed is sent to another pod, one such as POST only where no pod has got it; with platform.istio, or with ingress as the way in",
    ),
});

/** What a service is scaled by besides its CPU. */
const scaling = z.strictObject({
  requestsPerSecond: count(1, 100_000)
    .optional()
    .describe(
      "requests to it, a second, that one of its pods is to answer; where they are more there are more pods, as for its CPU: counted by the mesh where platform.istio is enabled, and else by the service's own metrics. By CPU, memory and what waits alone unless the blueprint says",
    ),
});

/** What takes the place of what the blueprint says of a service. */
export const service = z.strictObject({
  tag: text(/^(?!latest$)[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/, "an image tag that never moves, so not latest")
    .optional()
    .describe("version to run; the blueprint's where it is not given"),
  digest: text(/^sha256:[0-9a-f]{64}$/, "an image digest, sha256: and 64 hexadecimal digits")
    .optional()
    .describe("digest of the image, which then decides in place of the tag"),
  minReplicas: count(1, 1000).optional().describe("fewest replicas"),
  maxReplicas: count(1, 5000).optional().describe("most replicas"),
  migrate: z
    .boolean()
    .optional()
    .describe(
      "whether its migration is run before a new version: false where its image has none, or where an older version comes back past a later one's; true unless it is given",
    ),
  cronJobs: z
    .boolean()
    .optional()
    .describe("whether it does what the blueprint has it do at certain times; true unless it is given"),
  spot: z
    .boolean()
    .optional()
    .describe(
      "whether it goes on where its pods are taken away at short notice: true has it on spot capacity before others, false on others where they will do; off spot where it is critical, and else wherever its nodes are, unless the blueprint says",
    ),
  route: route.optional(),
  scaling: scaling.optional(),
  slos: slos.optional(),
});
