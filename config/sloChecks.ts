import type { Blueprint } from "../blueprints/blueprint";
import { measuredBy } from "../components/mesh/istioSpec";
import { planSlos, SloError } from "../components/slo/plan";
import type { ConfigProblem } from "./errors";

/** Of each service only that can be promised which something measures. */
export function checkSlos({ services, namespace, platform }: Blueprint): ConfigProblem[] {
  const place = { namespace, measured: measuredBy(platform.istio) };
  return Object.entries(services).flatMap(([service, spec]) => {
    try {
      planSlos(service, spec, place);
      return [];
    } catch (error) {
      if (!(error instanceof SloError)) throw error;
      const { field, expected, got } = error;
      return [{ key: `services.${service}.${field}`, expected, got }];
    }
  });
}
