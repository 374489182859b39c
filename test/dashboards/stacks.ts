import type * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import { blueprintNames } from "../../blueprints/names";
import { clouds } from "../../components/cloud";
import type { PlanResource } from "../../preview/plan";

/** Stacks that have, together, everything that a dashboard can show: prod of all, and what prod has elsewhere. */
export const stacks: readonly { readonly title: string; readonly stack: string; readonly set: string[] }[] = [
  ...blueprintNames.flatMap((blueprint) =>
    clouds.map((cloud) => ({
      title: `${blueprint} in prod on ${cloud}`,
      stack: "prod",
      set: [`cloud=${cloud}`, `blueprint=${blueprint}`],
    })),
  ),
  {
    title: "suuupra in dev on aws, with Kafka and the bucket in the cluster",
    stack: "dev",
    set: ["cloud=aws", "blueprint=suuupra", "kafka.hosting=cluster", "bucket.hosting=cluster"],
  },
  {
    title: "explico in dev on aws, by an Ingress and without sidecars",
    stack: "dev",
    set: ["cloud=aws", "blueprint=explico", "ingress=ingress", "platform.istio.mode=ambient"],
  },
  {
    title: "seo-platform in dev on gcp, with Kafka of the cloud's",
    stack: "dev",
    set: ["cloud=gcp", "blueprint=seo-platform", "kafka.hosting=cloud"],
  },
];

/** A dashboard in a stack. */
export interface Shown {
  readonly configMap: PlanResource;
  readonly folder: string;
  readonly text: string;
  readonly json: dashboard.Dashboard;
}

/** The dashboards of a plan, as Grafana's sidecar finds them. */
export function dashboardsIn(resources: readonly PlanResource[]): readonly Shown[] {
  return resources.flatMap((configMap) => {
    const { metadata, data } = configMap.inputs as unknown as {
      metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
      data?: Record<string, string>;
    };
    const { grafana_dashboard: label } = metadata?.labels ?? {};
    if (configMap.type !== "kubernetes:core/v1:ConfigMap" || label !== "1") return [];
    return Object.values(data ?? {}).map((text) => ({
      configMap,
      folder: metadata?.annotations?.["grafana_folder"] ?? "",
      text,
      json: JSON.parse(text) as dashboard.Dashboard,
    }));
  });
}

/** Panels that show something, in the order in which they are seen. */
export function panelsOf({ panels = [] }: dashboard.Dashboard): readonly dashboard.Panel[] {
  return panels.filter((panel): panel is dashboard.Panel => panel.type !== "row");
}

/** A panel's question, whatever it asks. */
export interface Target {
  readonly refId: string;
  readonly datasource: { readonly type: string; readonly uid: string };
  readonly expr?: string;
  readonly namespace?: string;
  readonly metricName?: string;
  readonly timeSeriesList?: { readonly filters: readonly string[] };
}

export function targetsOf({ targets = [] }: dashboard.Panel): readonly Target[] {
  return targets as unknown as readonly Target[];
}
