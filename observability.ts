import type * as pulumi from "@pulumi/pulumi";
import { BlackboxExporter } from "./components/metrics/blackboxExporter";
import { planRouteChecks } from "./components/metrics/routeChecks";
import { afterBase, servicePlace, type ServicesArgs } from "./services";

/** Makes what looks at the platform and its system, beside the monitoring stack itself: nothing waits for it. */
export function observe(name: string, args: ServicesArgs, opts: { readonly parent: pulumi.Resource }): void {
  const { blueprint, domain, wayIn } = args.config;
  const { platform, services } = blueprint;
  const place = servicePlace(args);
  const after = afterBase(args, opts);
  if (platform.blackboxExporter !== undefined) {
    const checks = planRouteChecks(services, domain);
    new BlackboxExporter(`${name}-blackbox-exporter`, { ...place, checks, wayIn }, after);
  }
}
