import type * as pulumi from "@pulumi/pulumi";
import { AdmissionPolicies } from "./components/guardrails/admissionPolicies";
import { guardRailAlerts } from "./components/guardrails/alerts";
import { namespaces } from "./components/platform/names";
import { type AdmissionArgs, admittedImages } from "./images";
import type { ServicesArgs } from "./services";

/** Has the cluster refuse what the policy pack would. */
export function guardCluster(
  name: string,
  { config, cloud, cluster, registry }: Omit<ServicesArgs, "base"> & AdmissionArgs,
  opts: pulumi.ComponentResourceOptions,
): AdmissionPolicies {
  return new AdmissionPolicies(
    name,
    {
      ...admittedImages({ config, cloud, registry }),
      enforced: config.guardRailsEnforced,
      systemNamespace: config.blueprint.namespace,
      loadBalancedNamespaces: [namespaces[config.wayIn]],
      cloudNamespaces: cloud.ownNamespaces,
    },
    { ...opts, providers: [cluster.provider] },
  );
}

/** Has somebody told of what is refused. */
export function tendGuards(
  name: string,
  { cluster, base }: ServicesArgs,
  { parent }: pulumi.ComponentResourceOptions,
): void {
  guardRailAlerts(`${name}-alerts`, {
    ...(parent !== undefined && { parent }),
    provider: cluster.provider,
    dependsOn: [...base.ready],
  });
}
