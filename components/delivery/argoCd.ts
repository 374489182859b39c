import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { alertRules } from "../platform/alertRules";
import { namespaces } from "../platform/names";
import { SecureNamespace } from "../platform/namespace";
import { afterAll, installChart } from "../platform/release";
import type { ServicePlace } from "../platform/service";
import { argoCdAlerts } from "./argoCdAlerts";
import {
  applications,
  argoCdCredentials,
  type ArgoCdCredentials,
  clusterSecret,
  project,
} from "./argoCdObjects";
import { letDeploy } from "./argoCdRights";
import type { ArgoCdSpec } from "./argoCdSpec";
import { allowArgoCd } from "./argoCdTraffic";
import { argoCdValues } from "./argoCdValues";
import type { ClusterFacts } from "./clusterFacts";

/** Arguments of {@link ArgoCd}. */
export interface ArgoCdArgs extends ArgoCdSpec, Pick<ServicePlace, "highlyAvailable" | "nodeSelector"> {
  /** Namespace of the system. */
  readonly systemNamespace: string;
  /** The same, as the namespace itself says it: whoever uses it waits for the namespace. */
  readonly standingNamespace: pulumi.Input<string>;
  readonly facts: ClusterFacts;
  readonly credentials: ArgoCdCredentials;
}

/**
 * Argo CD: deploys what a Git repository describes into the system's namespace, and may do nothing outside of it. Its Secret
 * of the cluster tells applications where they run. Needs the monitoring stack's kinds and the system's namespace.
 *
 * Nothing leads to it from the internet: who works with it opens a way through the API server.
 */
export class ArgoCd extends pulumi.ComponentResource {
  public readonly release: k8s.helm.v3.Release;

  constructor(name: string, args: ArgoCdArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:delivery:ArgoCd", name, {}, opts);
    const { repository, oidc, highlyAvailable, systemNamespace, facts, credentials } = args;
    const { system } = facts;
    const child: pulumi.CustomResourceOptions = { parent: this };

    const made = new SecureNamespace(
      name,
      {
        namespace: namespaces.argoCd,
        // all parts and, as they are replaced, each once more
        quota: { requests: { cpu: "3", memory: "12Gi" }, limits: { cpu: "50", memory: "12Gi" }, pods: 40 },
      },
      child,
    );
    const namespace = made.namespaceName;
    const policies = allowArgoCd(name, { namespace, highlyAvailable }, child);
    const secrets = argoCdCredentials(
      name,
      { namespace, credentials, ...(repository !== undefined && { repository }) },
      child,
    );
    const cluster = clusterSecret(`${name}-cluster`, { namespace, systemNamespace, facts }, child);
    const rights = letDeploy(`${name}-rights`, { namespace: args.standingNamespace }, child);
    this.release = installChart(
      name,
      {
        chart: "argoCd",
        namespace,
        values: argoCdValues({
          ...args,
          system,
          ...(oidc !== undefined && { oidc }),
          hasClientSecret: credentials.signInSecret !== undefined,
          notifies: credentials.slackWebhookUrl !== undefined,
        }),
      },
      afterAll(child, opts, [...policies, ...secrets, cluster, ...rights]),
    );
    const after = { ...child, dependsOn: this.release };
    const place = { system, namespace, systemNamespace };
    const own = project(
      `${name}-project`,
      { ...place, ...(repository !== undefined && { repository }) },
      after,
    );
    if (repository !== undefined) {
      applications(`${name}-applications`, { ...place, repository, facts }, { ...child, dependsOn: own });
    }
    alertRules(`${name}-alerts`, { namespace, rules: "argocd", alerts: argoCdAlerts }, after);
    this.registerOutputs({});
  }
}
