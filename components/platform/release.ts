import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type ChartName, type ChartPin, charts } from "./charts";

/**
 * How what runs on every node is replaced: a tenth of the nodes at a time, rounded up. One at a time, which is the charts'
 * default, forty nodes of half a minute each take longer than a release is waited for.
 */
export const aTenthOfNodes = "10%";

/** The same, as the update strategy of a DaemonSet whose node does without it for a moment. */
export const nodesByTenths = {
  type: "RollingUpdate",
  rollingUpdate: { maxUnavailable: aTenthOfNodes },
} as const;

/** What a Helm release is made from; the version and the repository come from the manifest of charts. */
export interface ChartArgs {
  readonly chart: ChartName;
  /** Namespace that exists already: a release never makes one, so that none stands without its policies. */
  readonly namespace: pulumi.Input<string>;
  readonly values: Readonly<Record<string, unknown>>;
  /**
   * Do not wait for the release's objects to be ready: for what becomes ready only by something that comes after it. A release
   * that fails then stays as it is, and the next update goes on from there.
   *
   * @default false
   */
  readonly skipAwait?: boolean;
  /**
   * Leave out the CRDs in the chart's `crds/`, as a chart of their own has them.
   *
   * @default false
   */
  readonly skipCrds?: boolean;
  /**
   * Take over objects that another release brought, where Helm would refuse to touch them: for kinds that were part of one.
   *
   * @default false
   */
  readonly takeOwnership?: boolean;
  /**
   * How long an install or upgrade may take before it is rolled back, seconds.
   *
   * @default 900 - a load balancer and three volumes take minutes on both clouds
   */
  readonly timeoutSeconds?: number;
}

/**
 * Installs a chart: the one way to do it. Pinned, rolled back as a whole when it fails, its CRDs installed with it.
 *
 * The release is named after the chart, not by auto-naming: the names of its Services and the labels of its pods follow
 * from it, and network policies and dashboards go by those.
 */
export function installChart(
  name: string,
  args: ChartArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.helm.v3.Release {
  const { chart, namespace, values, skipAwait = false, skipCrds = false, timeoutSeconds = 900 } = args;
  const { takeOwnership = false } = args;
  const pin = charts[chart];
  return new k8s.helm.v3.Release(
    name,
    {
      name: pin.chart,
      ...sourceOf(pin),
      version: pin.version,
      namespace,
      createNamespace: false,
      values,
      // Helm waits for what it would take back: an atomic release is never left unawaited, whatever it is told
      atomic: !skipAwait,
      cleanupOnFail: true,
      maxHistory: 5,
      skipAwait,
      skipCrds,
      ...(takeOwnership && { takeOwnership }),
      timeout: timeoutSeconds,
      waitForJobs: true,
    },
    opts,
  );
}

/** A registry has no repository in Helm's sense: the chart goes by its whole address. */
function sourceOf({ chart, repo }: ChartPin): Pick<k8s.helm.v3.ReleaseArgs, "chart" | "repositoryOpts"> {
  return repo.startsWith("oci://") ? { chart: `${repo}/${chart}` } : { chart, repositoryOpts: { repo } };
}

/**
 * Options of a chart that waits for what its component waits for, and for its own. Nothing else of the component waits, for
 * namespaces and policies need no node, and the engine walks every way through the dependencies before a deletion: where
 * each of a dozen objects hands on what its namespace waited for already, and a next component waits for all of them, the
 * ways are multiplied at every step, to more than can be walked.
 */
export function afterAll(
  child: pulumi.CustomResourceOptions,
  component: pulumi.ComponentResourceOptions | undefined,
  own: readonly pulumi.Resource[],
): pulumi.CustomResourceOptions {
  return pulumi.mergeOptions({ ...child, dependsOn: [...own] }, { dependsOn: component?.dependsOn ?? [] });
}
