import assert from "node:assert/strict";
import type { CloudProvider } from "../../../providers/provider";
import { lineFilters } from "../../../providers/gcp/logAlarms";
import { find, findAll } from "../../support/run";
import { type Counted, type Line, lines } from "../logLines";
import { clusterArgs, networkArgs, onGcp, textOf } from "./stack";

const metricType = "gcp:logging/metric:Metric";
const policyType = "gcp:monitoring/alertPolicy:AlertPolicy";

/** An entry as GKE's agent writes it: text, or fields; of what says nothing of it the severity is INFO. */
type Entry = Readonly<Record<string, string | number | undefined>>;

const entryOf = (line: Line): Entry =>
  typeof line === "string"
    ? { textPayload: line }
    : Object.fromEntries(Object.entries(line).map(([key, value]) => [`jsonPayload.${key}`, value]));

/** A regular expression of RE2, which has its flag in front. */
const regexOf = (text: string): RegExp =>
  new RegExp(text.replace(/^\(\?i\)/, ""), text.startsWith("(?i)") ? "i" : "");

/** How our terms compare a field with a value. */
const operators: Readonly<Record<string, (value: string | number, wanted: string) => boolean>> = {
  ">=": (value, wanted) => typeof value === "number" && value >= Number(wanted),
  ":": (value, wanted) => `${value}`.toLowerCase().includes(wanted.toLowerCase()),
  "=~": (value, wanted) => regexOf(wanted).test(`${value}`),
};

/** Whether a term of the Logging query language holds, of those kinds that ours have. */
function holds(term: string, entry: Entry): boolean {
  if (term.startsWith("(NOT ")) {
    // none of the lines that are tried has a severity of its own
    assert.equal(term, "(NOT textPayload:* AND NOT jsonPayload.level:* AND severity>=ERROR)");
    return false;
  }
  const [, field = "", operator = "", wanted = ""] = /^([\w.]+)(=~|>=|:)"?(.+?)"?$/s.exec(term) ?? [];
  const compare = operators[operator] ?? assert.fail(`not understood: ${term}`);
  const value = entry[field];
  return value !== undefined && compare(value, wanted);
}

const termsOf = (filter: string): readonly string[] => filter.slice(1, -1).split(" OR ");

const made = async (logged: boolean) =>
  (
    await onGcp((cloud: CloudProvider) => {
      const network = cloud.network("main-network", networkArgs, {});
      const cluster = cloud.cluster("main-cluster", { ...clusterArgs, network }, {});
      assert.equal(cluster.keepsPodLogs, true);
      const onCall = { email: "ops@example.com", slackWebhookUrl: "https://hooks.slack.com/services/T/B/X" };
      const logs = logged ? { logs: { namespace: "shop", services: ["api"] } } : {};
      cloud.alarms("main", { onCall, network, cluster, stores: [], ...logs }, {});
    })
  ).resources;

describe("alarms from the lines that Cloud Logging keeps", () => {
  for (const [line, counted] of lines) {
    it(`count ${counted.join(", ") || "nothing"} of ${JSON.stringify(line)}`, () => {
      const found = (["errors", "fatal", "signins"] satisfies Counted[]).filter((what) =>
        termsOf(lineFilters[what]).some((term) => holds(term, entryOf(line))),
      );
      assert.deepEqual(found, counted);
    });
  }

  it("count those of the system's namespace in the one cluster, and tell of each service", async () => {
    const resources = await made(true);
    for (const [what, lasting, told] of [
      [
        "errors",
        "300s",
        /^\(sum by \(container_name\) \(increase\(METRIC\{.+\}\[5m\]\)\) > 50\) and \(.+ \/ sum by \(container_name\) \(increase\(logging_googleapis_com:log_entry_count\{monitored_resource="k8s_container",cluster_name="[\w-]+",location="[\w-]+",namespace_name="shop"\}\[5m\]\)\) > 0\.1\)$/,
      ],
      [
        "fatal",
        "0s",
        /^sum by \(container_name\) \(increase\(METRIC\{monitored_resource="k8s_container"\}\[5m\]\)\) > 0$/,
      ],
      [
        "signins",
        "300s",
        /^sum by \(container_name\) \(increase\(METRIC\{monitored_resource="k8s_container"\}\[10m\]\)\) > 100$/,
      ],
    ] as const) {
      const metric = find(resources, metricType, `main-logs-${what}`);
      const filter = textOf(metric.inputs["filter"]);
      assert.match(
        filter,
        /^resource\.type="k8s_container" AND resource\.labels\.cluster_name="[\w-]+" AND resource\.labels\.location="[\w-]+" AND resource\.labels\.namespace_name="shop" AND \(/,
      );
      assert.ok(filter.endsWith(lineFilters[what]));
      const { inputs } = find(resources, policyType, `main-warning-logs-${what}`);
      const [condition] = inputs["conditions"] as readonly {
        readonly conditionPrometheusQueryLanguage: Readonly<Record<string, string | boolean>>;
      }[];
      const { query, duration, disableMetricValidation } = condition?.conditionPrometheusQueryLanguage ?? {};
      const named = /logging_googleapis_com:user_main_logs_[a-z]+_[0-9a-f]{7}/g;
      assert.match(String(query), named);
      assert.match(String(query).replace(named, "METRIC"), told);
      assert.deepEqual([duration, disableMetricValidation], [lasting, true]);
      const { content } = inputs["documentation"] as { readonly content: string };
      assert.match(content, new RegExp(`docs/runbooks/logs\\.md#logs-${what}$`));
    }
  });

  it("are none where nobody asks for them", async () => {
    assert.deepEqual(findAll(await made(false), metricType), []);
  });
});
