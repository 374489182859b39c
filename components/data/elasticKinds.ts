import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { namespaces } from "../platform/names";
import { SecureNamespace } from "../platform/namespace";
import { afterAll, installChart } from "../platform/release";

/**
 * The kinds of Elastic's operator, once in a cluster, however many operators it has: a release of their own, so that search, logs
 * and traces can come and go beside each other. They stay when it goes: with a kind go all objects of it.
 *
 * Kinds that an operator's release brought are taken over as they are, and stay what they were when that release no longer has
 * them: the chart keeps them (`helm.sh/resource-policy`).
 */
export class ElasticKinds extends pulumi.ComponentResource {
  /** What operators and objects of these kinds wait for. */
  public readonly release: k8s.helm.v3.Release;

  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:data:ElasticKinds", name, {}, opts);
    const child: pulumi.CustomResourceOptions = { parent: this };

    const namespace = new SecureNamespace(
      name,
      {
        namespace: namespaces.elasticKinds,
        // the record of the release alone
        quota: { requests: { cpu: "0", memory: "0" }, limits: { cpu: "0", memory: "0" }, pods: 0 },
      },
      child,
    );
    this.release = installChart(
      name,
      { chart: "eckOperatorCrds", namespace: namespace.namespaceName, values: {}, takeOwnership: true },
      afterAll(child, opts, [namespace]),
    );
    this.registerOutputs({});
  }
}

/** Makes the kinds for the first who asks, and hands the same to all others: who they are decides nothing about their name. */
export function elasticKindsOnce(make: () => ElasticKinds): () => pulumi.Resource {
  let made: ElasticKinds | undefined;
  return () => (made ??= make()).release;
}
