import * as aws from "@pulumi/aws";
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ChartName } from "../../components/platform/charts";
import {
  allowTraffic,
  egressTo,
  egressToApiServer,
  egressToDns,
  type IngressRule,
} from "../../components/platform/networkPolicy";
import { installChart } from "../../components/platform/release";
import type { ClusterFacts } from "./addons";
import { podIdentityAgent, trustPod } from "./identity";
import { awsRole } from "./role";

/** Where a controller runs and what must stand before it. */
export interface ControllerOpts {
  readonly parent: pulumi.Resource;
  /** Provider of the cluster. */
  readonly kubernetes: k8s.Provider;
  readonly dependsOn: readonly pulumi.Resource[];
}

/** Arguments of {@link awsController}. */
export interface AwsControllerArgs {
  readonly cluster: ClusterFacts;
  readonly chart: ChartName;
  readonly serviceAccount: string;
  readonly statements: readonly aws.iam.PolicyStatement[];
  readonly values: Readonly<Record<string, unknown>>;
  /** Labels of its pods. */
  readonly podLabels: Readonly<Record<string, string>>;
  /** Who calls it, besides the kubelet. */
  readonly ingress: readonly IngressRule[];
  /**
   * Leave out the CRDs in the chart's `crds/`.
   *
   * @default false
   */
  readonly skipCrds?: boolean;
}

/** A container as restricted as a controller's can be; the charts spell the keys alike. */
export const restrictedContainer = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
};

/**
 * A controller of the cluster that calls AWS: its chart in kube-system, on a role of its own by Pod Identity. kube-system is open,
 * as what else is there is EKS' own; its pods are closed by a policy of theirs.
 */
export function awsController(
  name: string,
  {
    cluster,
    chart,
    serviceAccount,
    statements,
    values,
    podLabels,
    ingress,
    skipCrds = false,
  }: AwsControllerArgs,
  { parent, kubernetes, dependsOn }: ControllerOpts,
): k8s.helm.v3.Release {
  const namespace = "kube-system";
  const { role, permissions } = awsRole(
    name,
    {
      description: `Controller ${serviceAccount} of the cluster`,
      trust: [trustPod({ clusterArn: cluster.arn, namespace, serviceAccount, accountId: cluster.accountId })],
      statements,
    },
    { parent },
  );
  const association = new aws.eks.PodIdentityAssociation(
    name,
    { clusterName: cluster.name, namespace, serviceAccount, roleArn: role.arn },
    { parent, dependsOn: [...dependsOn] },
  );
  const traffic = allowTraffic(
    `${name}-traffic`,
    {
      namespace,
      policy: serviceAccount,
      podLabels,
      ingress,
      // the API server and those of AWS, on the same port
      egress: [egressToDns, egressToApiServer, egressTo(podIdentityAgent)],
    },
    { parent, provider: kubernetes },
  );
  return installChart(
    name,
    { chart, namespace, values, skipCrds },
    {
      parent,
      provider: kubernetes,
      // a pod gets its credentials when it starts: the association has to be there
      dependsOn: [...dependsOn, ...permissions, association, traffic],
    },
  );
}
