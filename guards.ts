import type * as pulumi from "@pulumi/pulumi";
import type { Registry } from "./components/delivery/registry";
import { AdmissionPolicies } from "./components/guardrails/admissionPolicies";
import { guardRailAlerts } from "./components/guardrails/alerts";
import { Falco } from "./components/guardrails/falco";
import { Kyverno } from "./components/guardrails/kyverno";
import { TrivyOperator } from "./components/guardrails/trivyOperator";
import type { Network } from "./components/network/network";
import { namespaces } from "./components/platform/names";
import { type AdmissionArgs, admittedImages, asksForSignatures } from "./images";
import { afterBase, servicePlace, toolsPlace, type ServicesArgs } from "./services";

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

/** What {@link tendGuards} goes by. */
export interface GuardsArgs extends ServicesArgs {
  /** The stack's own registry; undefined where images are kept in another. */
  readonly registry: Registry | undefined;
}

/**
 * Has somebody told of what is refused, and pods of the system asked who signed their images, where the stack keeps them and
 * names who does.
 *
 * @returns what stands before those pods: what they are asked by, which has waited for all that they would wait for else
 */
export function tendGuards(
  name: string,
  { registry, ...args }: GuardsArgs,
  opts: { readonly parent: pulumi.Resource },
): readonly pulumi.Resource[] {
  const { config, cloud, cluster, base } = args;
  guardRailAlerts(`${name}-alerts`, { ...opts, provider: cluster.provider, dependsOn: [...base.ready] });
  const { ci, blueprint, guardRailsEnforced: enforced } = config;
  if (!asksForSignatures(config) || ci === undefined || registry === undefined) {
    return [...cluster.ready, ...base.ready];
  }
  const { registryHelper } = cloud;
  return new Kyverno(
    `${name}-signatures`,
    {
      ...servicePlace(args),
      registry,
      registryHelper,
      systemNamespace: blueprint.namespace,
      repository: ci.repository,
      branch: ci.branch,
      enforced,
    },
    afterBase(args, opts),
  ).ready;
}

/** What is looked into. */
export interface LookoutArgs extends GuardsArgs {
  readonly network: Network;
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
      {
        ...place,
        ...toolsPlace(args),
        spec: trivyOperator,
        apis,
        ...(registry !== undefined && { registry }),
      },
      after,
    );
  }
}
