import assert from "node:assert/strict";
import type { Json, PlanResource } from "../../../preview/plan";
import { runtimeLines } from "../../../providers/aws/fargate";
import { linePatterns } from "../../../providers/aws/logAlarms";
import { awsProvider } from "../../../providers/aws";
import { find, findAll, run } from "../../support/run";
import { type Counted, type Line, lines } from "../logLines";
import { onCall, types } from "./alarmScene";
import { here } from "./stacks";

const filterType = "aws:cloudwatch/logMetricFilter:LogMetricFilter";

/** A line as Fargate's log router hands it to CloudWatch. */
const eventOf = (line: Line): Readonly<Record<string, Json>> => ({
  ...(typeof line === "string" ? { log: line } : line),
  kubernetes: { container_name: "api" },
});

/** A part of an event, by keys joined by dots. */
function partOf(event: Readonly<Record<string, Json>>, path: string): Json | undefined {
  return path.split(".").reduce<Json | undefined>((part, key) => {
    if (typeof part !== "object" || part === null) return undefined;
    return (part as Readonly<Record<string, Json>>)[key];
  }, event);
}

/** Whether a text is what is wanted of it: an expression between percent signs, or one in quotes with asterisks. */
function isLike(value: string, wanted: string): boolean {
  const regex = /^%(.*)%$/s.exec(wanted)?.[1];
  if (regex !== undefined) return new RegExp(regex).test(value);
  const parts = /^"(.*)"$/s.exec(wanted)?.[1]?.split("*") ?? assert.fail(`not understood: ${wanted}`);
  return new RegExp(`^${parts.map((part) => part.replace(/[^\w ]/g, "\\$&")).join(".*")}$`).test(value);
}

/** Whether one of the comparisons of a pattern in braces holds; they are of the few kinds that ours have. */
function holds(term: string, event: Readonly<Record<string, Json>>): boolean {
  const [, path = "", operator = "", wanted = ""] = /^\(?\$\.([\w.]+) (=|>=) (.+?)\)?$/s.exec(term) ?? [];
  const value = partOf(event, path);
  if (operator === ">=") return typeof value === "number" && value >= Number(wanted);
  return typeof value === "string" && isLike(value, wanted);
}

/** Whether CloudWatch would count an event. */
function matches(pattern: string, event: Readonly<Record<string, Json>>): boolean {
  const terms = /^\{ (.*) \}$/s.exec(pattern)?.[1];
  if (terms !== undefined) return terms.split(" || ").some((term) => holds(term, event));
  const regex = /^%(.*)%$/s.exec(pattern)?.[1] ?? assert.fail(`not understood: ${pattern}`);
  return new RegExp(regex).test(JSON.stringify(event));
}

const regexesOf = (pattern: string): readonly string[] =>
  [...pattern.matchAll(/%([^%]*)%/g)].map(([, regex = ""]) => regex);

async function made(services: readonly string[]): Promise<readonly PlanResource[]> {
  const { resources } = await run(() => {
    const cloud = awsProvider("main", { ...here, tags: {} }, {});
    const network = cloud.network(
      "main-network",
      {
        cidr: "10.0.0.0/16",
        zones: ["a", "b"],
        podCidr: "10.64.0.0/15",
        serviceCidr: "172.20.0.0/18",
        egress: "shared",
      },
      {},
    );
    const cluster = cloud.serverlessCluster(
      "main-cluster",
      { network, version: "1.35", serverlessNamespaces: ["shop"] },
      {},
    );
    assert.equal(cluster.keepsPodLogs, true);
    cloud.alarms(
      "main-alarms",
      { onCall, network, cluster, stores: [], logs: { namespace: "shop", services } },
      {},
    );
  });
  return resources;
}

describe("alarms from the lines of pods on Fargate", () => {
  for (const [line, counted] of lines) {
    it(`count ${counted.join(", ") || "nothing"} of ${JSON.stringify(line)}`, () => {
      const event = eventOf(line);
      const found = (["errors", "fatal", "signins"] satisfies Counted[]).filter((what) =>
        matches(linePatterns[what], event),
      );
      assert.deepEqual(found, counted);
      assert.ok(matches(linePatterns.lines, event));
    });
  }

  it("use no more of regular expressions than CloudWatch takes", () => {
    const all = Object.values(linePatterns).map(regexesOf);
    for (const regexes of all) {
      assert.ok(regexes.length <= 2);
      for (const regex of regexes) assert.match(regex, /^[A-Za-z0-9:_#=@/;,\-^$?[\]{}|\\*+.]+$/);
    }
    assert.ok(all.filter((regexes) => regexes.length > 0).length <= 5);
    for (const pattern of Object.values(linePatterns)) assert.ok(pattern.length <= 1024, pattern);
  });

  it("are on each service's errors and ends, and on sign-ins, in the log group of its pods", async () => {
    const resources = await made(["api", "web"]);
    const group = find(resources, "aws:cloudwatch/logGroup:LogGroup", "main-cluster-pod-logs");
    const filters = findAll(resources, filterType).filter(({ name }) => name.includes("-logs-"));
    assert.deepEqual(
      filters.map(({ inputs }) => inputs["logGroupName"]),
      Object.keys(linePatterns).map(() => group.inputs["name"]),
    );
    const service = "$.kubernetes.container_name";
    assert.deepEqual(
      filters.map(({ inputs }) => inputs["metricTransformation"]),
      [
        { name: "logs-errors", dimensions: { service } },
        { name: "logs-fatal", dimensions: { service } },
        { name: "logs-lines", dimensions: { service } },
        { name: "logs-signins" },
      ].map((each) => ({ namespace: "main-alarms", value: "1", ...each })),
    );
    const alarms = findAll(resources, types.alarm).filter(({ name }) => name.includes("-logs-"));
    assert.deepEqual(
      alarms.map(({ name }) => name.replace("main-alarms-", "")),
      [
        "warning-logs-errors-api",
        "warning-logs-errors-web",
        "warning-logs-fatal-api",
        "warning-logs-fatal-web",
        "warning-logs-signins",
      ],
    );
    const errors = find(resources, types.alarm, "main-alarms-warning-logs-errors-web").inputs;
    const queries = errors["metricQueries"] as readonly {
      readonly expression?: string;
      readonly metric?: { readonly dimensions: Json };
    }[];
    assert.deepEqual(
      queries.flatMap(({ metric }) => metric?.dimensions ?? []),
      [{ service: "web" }, { service: "web" }],
    );
    assert.equal(queries[0]?.expression, "IF(errors > 50, errors / lines, 0)");
    assert.deepEqual([errors["threshold"], errors["evaluationPeriods"]], [0.1, 2]);
    assert.match(JSON.stringify(errors["alarmDescription"]), /docs\/runbooks\/logs\.md#logs-errors"$/);
  });

  it("see fields of a line in JSON: what the runtime writes before it is taken off first", async () => {
    const settings = find(
      await made(["api"]),
      "kubernetes:core/v1:ConfigMap",
      "main-cluster-pod-logging-router",
    );
    const data = settings.inputs["data"] as Readonly<Record<string, string>>;
    assert.match(data["filters.conf"] ?? "", /Name parser\n {4}Match \*\n {4}Key_name log\n {4}Parser crio/);
    assert.ok(
      (data["filters.conf"] ?? "").indexOf("Name parser") <
        (data["filters.conf"] ?? "").indexOf("Merge_Log On"),
    );
    assert.ok((data["parsers.conf"] ?? "").includes(`Regex ${runtimeLines.Regex}`));
    const written = '2026-11-21T21:00:00.123456789Z stdout F {"level":"error"}';
    assert.equal(new RegExp(runtimeLines.Regex).exec(written)?.groups?.["log"], '{"level":"error"}');
    assert.ok(Object.values(data).join("").length < 5300);
  });

  it("are none where nobody asks for them, or where nodes are ours", async () => {
    const { resources } = await run(() => {
      const cloud = awsProvider("main", { ...here, tags: {} }, {});
      const network = cloud.network(
        "main-network",
        {
          cidr: "10.0.0.0/16",
          zones: ["a", "b"],
          podCidr: "10.64.0.0/15",
          serviceCidr: "172.20.0.0/18",
          egress: "shared",
        },
        {},
      );
      const cluster = cloud.cluster(
        "main-cluster",
        {
          network,
          version: "1.35",
          nodePools: {
            system: { machine: { vcpus: 4, memoryGiB: 16 }, minNodes: 3, initialNodes: 3, maxNodes: 6 },
          },
        },
        {},
      );
      assert.notEqual(cluster.keepsPodLogs, true);
      cloud.alarms("main-alarms", { onCall, network, cluster, stores: [] }, {});
    });
    assert.deepEqual(findAll(resources, filterType), []);
  });
});
