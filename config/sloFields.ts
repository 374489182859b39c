import { z } from "zod";
import { isObjective, latencyThresholds, objectiveBounds, windowDays } from "../components/slo/slo";

const objective = z.number({ error: objectiveBounds }).refine(isObjective, objectiveBounds);

/** What is promised of a service, where it is not what the blueprint says. */
export const slos = z.strictObject({
  windowDays: z
    .literal(windowDays, { error: `one of ${windowDays.join(", ")}` })
    .optional()
    .describe("days over which the service's objectives are kept; 30 unless the blueprint says"),
  availabilityPercent: objective
    .optional()
    .describe(
      "part of the service's requests that must not fail, percent; of a worker, of the time in which half of its least pods have to be ready",
    ),
  latencyPercent: objective
    .optional()
    .describe("part of its answers that have to come in time, percent; not of a worker"),
  latencyMilliseconds: z
    .literal(latencyThresholds, { error: `one of ${latencyThresholds.join(", ")}` })
    .optional()
    .describe("what is in time, milliseconds: a bound that histograms have; not of a worker"),
  freshnessPercent: objective
    .optional()
    .describe(
      "part of the time in which less has to wait for it than its pods are made for, percent; only of a worker that is scaled by what waits",
    ),
});
