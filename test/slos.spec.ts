import assert from "node:assert/strict";
import { blueprints } from "../blueprints/catalogue";
import { blueprintNames } from "../blueprints/names";
import { clouds } from "../components/cloud";
import { burns } from "../components/slo/rules";
import type { Json, PlanResource } from "../preview/plan";
import { production } from "./blueprints/production";
import { configOf, problemsOf, stackValues } from "./config/stackFiles";

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface RuleObject {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: { readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[] };
}

/** Objects of rules about what is promised of services, by the service. */
function objects(resources: readonly PlanResource[]): ReadonlyMap<string, RuleObject> {
  return new Map(
    resources
      .filter(({ type, name }) => type.endsWith(":PrometheusRule") && name.includes("-slos-"))
      .map(({ inputs }) => inputs as Readonly<Record<string, Json>> & RuleObject)
      .map((object) => [object.metadata.name.replace(/^slo-/, ""), object]),
  );
}

const rulesOf = ({ spec }: RuleObject) => spec.groups.flatMap(({ rules }) => rules);

/** Systems whose mesh knows requests. */
const meshed = ["explico", "suuupra"];

describe("what is promised of the services of", () => {
  for (const cloud of clouds) {
    for (const blueprint of blueprintNames) {
      const { namespace, services } = blueprints[blueprint];

      describe(`${blueprint} on ${cloud}`, () => {
        let found: ReadonlyMap<string, RuleObject>;
        let all: readonly Rule[];

        before(async () => {
          found = objects(await production(blueprint, cloud));
          all = [...found.values()].flatMap(rulesOf);
        });

        it(`is two objectives of each service, with their four alerts, and who is told`, () => {
          assert.deepEqual([...found.keys()].sort(), Object.keys(services).sort());
          for (const [service, object] of found) {
            const kinds = services[service]?.port === undefined ? ["freshness"] : ["latency"];
            assert.equal(object.metadata.namespace, namespace);
            for (const slo of ["availability", ...kinds]) {
              const own = rulesOf(object).filter(({ labels }) => labels["slo"] === slo);
              const alerts = own.flatMap(({ alert }) => alert ?? []);
              for (const { alert } of burns) assert.ok(alerts.includes(alert), `${service} ${slo} ${alert}`);
              assert.ok(alerts.includes("slo-unmeasured"), `${service} ${slo}`);
              const told = own.filter(({ alert }) => alert !== undefined).map(({ labels }) => labels["team"]);
              assert.deepEqual([...new Set(told)], [blueprint]);
              for (const { labels } of own) {
                assert.deepEqual([labels["namespace"], labels["service"]], [namespace, service]);
              }
            }
          }
        });

        it("is recorded once each, whatever the service", () => {
          const recorded = all.flatMap(({ record, labels }) =>
            record === undefined ? [] : [JSON.stringify([record, Object.entries(labels).sort()])],
          );
          assert.equal(new Set(recorded).size, recorded.length);
          assert.ok(recorded.length >= 20 * Object.keys(services).length, String(recorded.length));
        });

        it(`is measured by ${meshed.includes(blueprint) ? "its mesh" : "the services themselves"}`, () => {
          const asks = (metric: string) => all.some(({ expr }) => expr.includes(metric));
          assert.equal(asks("istio_requests_total"), meshed.includes(blueprint));
          assert.equal(asks("http_server_request_duration_seconds"), !meshed.includes(blueprint));
        });
      });
    }
  }

  it("a system is asked of services themselves where a stack has a mesh that knows connections alone, or none", () => {
    for (const istio of [{ mode: "ambient" }, { enabled: false }]) {
      const values = { ...stackValues("prod"), blueprint: "explico", platform: JSON.stringify({ istio }) };
      const { platform } = configOf(values).blueprint;
      assert.notEqual(platform.istio?.mode ?? "none", "sidecar");
    }
  });

  it("a system is what a stack says of a service in the place of what the blueprint does", () => {
    const slos = { availabilityPercent: 99.95, latencyMilliseconds: 250, windowDays: 28 };
    const services = JSON.stringify({
      renderer: { slos: { availabilityPercent: 99.9 } },
      frontend: { slos },
    });
    const { blueprint } = configOf({ ...stackValues("prod"), blueprint: "seo-platform", services });
    assert.deepEqual(blueprint.services["frontend"]?.slos, slos);
    // the rest is the blueprint's
    assert.deepEqual(blueprint.services["renderer"]?.slos, {
      latencyMilliseconds: 5000,
      availabilityPercent: 99.9,
    });
  });

  for (const [service, slos, problem] of [
    [
      "frontend",
      { availabilityPercent: 100 },
      /^services\.frontend\.slos\.availabilityPercent: expected a number from 94 to less than 100, with at most three decimals, got 100$/,
    ],
    [
      "frontend",
      { latencyMilliseconds: 300 },
      /^services\.frontend\.slos\.latencyMilliseconds: expected one of 5, 10, .*10000, got 300$/,
    ],
    ["frontend", { windowDays: 7 }, /^services\.frontend\.slos\.windowDays: expected one of 28, 30, got 7$/],
    [
      "frontend",
      { freshnessPercent: 99 },
      /^services\.frontend\.slos\.freshnessPercent: expected none, as it is no worker.*, got 99$/,
    ],
    [
      "crawler-workers",
      { latencyPercent: 99 },
      /^services\.crawler-workers\.slos\.latencyPercent: expected none, as it is a worker.*, got 99$/,
    ],
  ] as const) {
    it(`a system refuses ${JSON.stringify(slos)} of ${service} by its key`, () => {
      const services = JSON.stringify({ [service]: { slos } });
      const problems = problemsOf({ ...stackValues("prod"), blueprint: "seo-platform", services });
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0] ?? "", problem);
    });
  }
});
