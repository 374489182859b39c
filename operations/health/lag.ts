import { messageOf } from "../../preview/errors";
import type { PlanResource } from "../../preview/plan";
import { listAt, textAt, at } from "../json";
import { outputOf, type Run } from "../run";
import type { Check } from "./check";
import type { Query } from "./prometheus";

/** An alarm of a plan that is about how far a copy is behind. */
export interface LagAlarm {
  /** Its name, to which the cloud may have added a suffix. */
  readonly name: string;
  /** What is asked of Cloud Monitoring, and the value above which it is too much; on GCP alone. */
  readonly asked?: { readonly expression: string; readonly most: number };
  /** Region in which the alarm stands; on AWS alone. */
  readonly region?: string;
}

/** Alarms of the program about copies that are behind: replicas in the region and in the other one. */
const lagNames = /-(?:replica|recovery)-lag$/;

/** The plan's alarms about copies that are behind. */
export function lagAlarmsOf(resources: readonly PlanResource[], region: string): readonly LagAlarm[] {
  const regions = new Map(
    resources
      .filter(({ type }) => type === "pulumi:providers:aws")
      .map(({ urn, inputs }) => [urn, textAt(inputs, "region")]),
  );
  return resources.flatMap(({ type, name, inputs, provider }): LagAlarm[] => {
    if (!lagNames.test(name)) return [];
    if (type === "aws:cloudwatch/metricAlarm:MetricAlarm") {
      const urn = provider?.slice(0, provider.lastIndexOf("::")) ?? "";
      return [{ name, region: textAt(inputs, "region") ?? regions.get(urn) ?? region }];
    }
    if (type !== "gcp:monitoring/alertPolicy:AlertPolicy") return [];
    return listAt(inputs, "conditions").flatMap((condition): LagAlarm[] => {
      const threshold = at(condition, "conditionThreshold");
      const filter = textAt(threshold, "filter");
      const most = at(threshold, "thresholdValue");
      if (filter === undefined || typeof most !== "number") return [];
      return [{ name, asked: { expression: expressionOf(filter), most } }];
    });
  });
}

/**
 * A filter of Cloud Monitoring as an expression of PromQL: the first slash of a metric's name becomes a colon, and what else is no
 * letter a line (https://docs.cloud.google.com/monitoring/promql/promql-mapping). Ids end with what the program has drawn, which
 * an offline plan does not know.
 */
export function expressionOf(filter: string): string {
  const metric = /metric\.type="([^"]+)"/.exec(filter)?.[1] ?? "";
  const slash = metric.indexOf("/");
  const safe = (text: string) => text.replace(/[^A-Za-z0-9_]/g, "_");
  const matchers = [...filter.matchAll(/resource\.labels\.(\w+)="([^"]+)"/g)].map(
    ([, label = "", id = ""]) => {
      const drawn = /-[0-9a-f]{7}$/.exec(id);
      if (drawn === null) return `${label}="${id}"`;
      return `${label}=~"${id.slice(0, drawn.index).replace(/[.]/g, "\\\\.")}-[0-9a-f]+"`;
    },
  );
  return `max(${safe(metric.slice(0, slash))}:${safe(metric.slice(slash + 1))}{${matchers.join(",")}})`;
}

/** What replication is asked of. */
export interface LagClients {
  readonly run: Run;
  /** Cloud Monitoring, where the stack stands on GCP. */
  readonly monitoring?: Query | undefined;
}

/** How far copies are behind, by the program's own alarms and their thresholds. */
export async function checkLag(alarms: readonly LagAlarm[], clients: LagClients): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const alarm of alarms) {
    try {
      checks.push(
        await (alarm.asked === undefined ? onAws(alarm, clients.run) : onGcp(alarm, clients.monitoring)),
      );
    } catch (error) {
      checks.push({ ...about(alarm), state: "unknown", seen: messageOf(error) });
    }
  }
  return checks;
}

function about({ name }: LagAlarm): Pick<Check, "kind" | "what"> {
  return { kind: "replication", what: name };
}

/** CloudWatch has judged already: by the state of the alarm itself. */
async function onAws(alarm: LagAlarm, run: Run): Promise<Check> {
  const { name, region } = alarm;
  const printed = await outputOf(run, "aws", [
    ...["cloudwatch", "describe-alarms", "--alarm-name-prefix", name, "--output", "json"],
    ...(region === undefined ? [] : ["--region", region]),
  ]);
  const answer: unknown = JSON.parse(printed);
  const [found] = listAt(answer, "MetricAlarms");
  const state = textAt(found, "StateValue");
  const reason = textAt(found, "StateReason") ?? "no such alarm";
  if (state === "OK") return { ...about(alarm), state: "ok", seen: reason };
  return { ...about(alarm), state: state === "ALARM" ? "bad" : "unknown", seen: reason };
}

async function onGcp(alarm: LagAlarm, monitoring: Query | undefined): Promise<Check> {
  const { asked } = alarm;
  if (monitoring === undefined || asked === undefined) {
    return { ...about(alarm), state: "unknown", seen: "nobody is signed in to ask: gcloud auth login" };
  }
  const [sample] = await monitoring(asked.expression);
  if (sample === undefined || Number.isNaN(sample.value)) {
    return { ...about(alarm), state: "unknown", seen: "nothing is measured" };
  }
  const seen = `${sample.value}, at most ${asked.most}`;
  return { ...about(alarm), state: sample.value > asked.most ? "bad" : "ok", seen };
}
