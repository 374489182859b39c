import type * as pulumi from "@pulumi/pulumi";
import type { Registry } from "./components/delivery/registry";
import { AdmissionPolicies } from "./components/guardrails/admissionPolicies";
import { guardRailAlerts } from "./components/guardrails/alerts";
import { Falco } from "./components/guardrails/falco";
import { TrivyOperator } from "./components/guardrails/trivyOperator";
import type { Network } from "./components/network/network";
import { namespaces } from "./components/platform/names";
import { type AdmissionArgs, admittedImages } from "./images";
import { afterBase, servicePlace, type ServicesArgs } from "./services";

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

/** What is looked into. */
export interface LookoutArgs extends ServicesArgs {
  readonly network: Network;
  /** The stack's own registry; undefined where images are kept in another. */
  readonly registry: Registry | undefined;
}

/** Makes what looks into images and at what runs, where the blueprint asks for it: nothing waits for it. */
export function keepLookout(
  name: string,
  { network, registry, ...args }: LookoutArgs,
  opts: pulumi.ComponentResourceOptions,
): void {
  const { platform, monitoring } = args.config.blueprint;
  const { falco, trivyOperator } = platform;
  const place = { ...servicePlace(args), cloudNamespaces: args.cloud.ownNamespaces };
  const after = afterBase(args, opts);
  if (falco !== undefined) {
    new Falco(`${name}-falco`, { ...place, alertmanagerReplicas: monitoring.alertmanagerReplicas }, after);
  }
  if (trivyOperator !== undefined) {
    // the cloud's APIs answer at one place, its registry's among them
    const apis = args.cloud.secretsDestination(network);
    new TrivyOperator(
      `${name}-trivy`,
      { ...place, spec: trivyOperator, apis, ...(registry !== undefined && { registry }) },
      after,
    );
  }
}
