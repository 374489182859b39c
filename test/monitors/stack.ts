import type { PlanResource } from "../../preview/plan";
import { readChartTargets, releasesIn, type JobsOfRule, type RenderedRelease } from "./chartTargets";
import {
  type Monitor,
  ownTargets,
  scrapesOf,
  type Service,
  servicesOf,
  type Targets,
  type Workload,
} from "./targets";

/** All that a stack runs, and who scrapes it. */
export interface ScrapedStack extends Pick<Targets, "services" | "monitors"> {
  readonly workloads: readonly (Workload & {
    /** The chart that makes it, or `plan` where the program does. */
    readonly from: string;
  })[];
  readonly rules: readonly JobsOfRule[];
}

/** Services that nobody here makes: the API server's own, and that of the kubelets, which the monitoring stack's operator makes. */
const standing: readonly Service[] = [
  {
    name: "kubernetes",
    namespace: "default",
    labels: { component: "apiserver", provider: "kubernetes" },
    ports: [{ name: "https", port: 443 }],
  },
  ...["kube-system", "monitoring"].map((namespace) => ({
    name: "kube-prometheus-stack-kubelet",
    namespace,
    labels: { "k8s-app": "kubelet", "app.kubernetes.io/name": "kubelet" },
    ports: [{ name: "https-metrics", port: 10250 }],
  })),
];

const rendered = readChartTargets();

/** Whether a release of a plan is as it was when it was rendered last, and what it made then; undefined where it is not. */
export function renderedOf(
  title: string,
  { chart, version, release, namespace, switches }: ReturnType<typeof releasesIn>[number],
): RenderedRelease | undefined {
  return rendered.find(
    (one) =>
      one.stacks.includes(title) &&
      one.chart === chart &&
      one.version === version &&
      one.release === release &&
      one.namespace === namespace &&
      JSON.stringify(one.switches) === JSON.stringify(switches),
  );
}

/** What a plan and its charts run. */
export function scrapedStack(title: string, resources: readonly PlanResource[]): ScrapedStack {
  const own = ownTargets(resources);
  const releases = releasesIn(resources).flatMap((one) => renderedOf(title, one) ?? []);
  return {
    workloads: [
      ...own.workloads.map((workload) => ({ ...workload, from: "plan" })),
      ...releases.flatMap(({ chart, workloads }) =>
        workloads.map((workload) => ({ ...workload, from: chart })),
      ),
    ],
    services: [...standing, ...own.services, ...releases.flatMap(({ services }) => services)],
    monitors: [...own.monitors, ...releases.flatMap(({ monitors }) => monitors)],
    rules: releases.flatMap(({ rules }) => rules),
  };
}

/** The values of `job` that series of a stack have, by its monitors. */
export function jobsOf({ services, monitors, workloads }: ScrapedStack): ReadonlySet<string> {
  return new Set(
    monitors.flatMap((monitor) => {
      const said = monitor.endpoints.flatMap(({ job }) => job ?? []);
      return said.length > 0 ? said : jobsOfTargets(monitor, { services, workloads });
    }),
  );
}

function jobsOfTargets(
  monitor: Monitor,
  { services, workloads }: Pick<ScrapedStack, "services" | "workloads">,
): readonly string[] {
  const { kind, jobLabel, namespace, name } = monitor;
  if (kind === "PodMonitor") return [`${namespace}/${name}`];
  return servicesOf(monitor, services)
    .filter(
      (service) =>
        // its pods are others', or there are some
        standing.includes(service) ||
        workloads.some(
          (workload) => scrapesOf(workload, { services: [service], monitors: [monitor] }).length > 0,
        ),
    )
    .map((service) => (jobLabel === undefined ? undefined : service.labels[jobLabel]) ?? service.name);
}
