import assert from "node:assert/strict";
import { Ajv, type ValidateFunction } from "ajv";
import { planOf } from "../support/plans";
import { SdkSchemas } from "./sdkSchema";
import { dashboardsIn, panelsOf, type Shown, stacks, targetsOf } from "./stacks";

/** Packages of the SDK by the types of panels and of data sources. */
const panelTypes = ["timeseries", "stat", "table"] as const;
const queryTypes = {
  prometheus: ["prometheus", "Dataquery"],
  cloudwatch: ["cloudwatch", "MetricsQuery"],
  stackdriver: ["googlecloudmonitoring", "CloudMonitoringQuery"],
} as const;

describe("the dashboards' JSON", () => {
  let shown: readonly Shown[];
  let schema: (from: string, name: string) => ValidateFunction;

  before(async function () {
    this.timeout(300_000);
    const plans: Shown[] = [];
    for (const stack of stacks) plans.push(...dashboardsIn(await planOf(stack.stack, ...stack.set)));
    // stacks have most of them alike
    shown = [...new Map(plans.map((one) => [one.text, one])).values()];
    const schemas = new SdkSchemas([
      "dashboard",
      ...panelTypes,
      ...Object.values(queryTypes).map(([of]) => of),
    ]);
    const ajv = new Ajv({ strict: true, allowUnionTypes: true });
    const made = new Map<string, ValidateFunction>();
    schema = (from, name) => {
      const key = `${from}.${name}`;
      const validate = made.get(key) ?? ajv.compile(schemas.of(from, name));
      made.set(key, validate);
      return validate;
    };
  });

  const check = (where: string, value: unknown, from: string, name: string): void => {
    const validate = schema(from, name);
    assert.ok(validate(value), `${where}: ${JSON.stringify(validate.errors, null, 1)}`);
  };

  it("is a dashboard's by the schema of the SDK's version", () => {
    assert.ok(shown.length > 30, `only ${shown.length}`);
    for (const { json } of shown) check(json.uid ?? "", json, "dashboard", "Dashboard");
  });

  it("has panels with options and settings of their own type", () => {
    for (const { json } of shown) {
      for (const panel of panelsOf(json)) {
        const where = `${json.uid}: ${panel.title}`;
        const type = panelTypes.find((known) => known === panel.type);
        if (type === undefined) assert.fail(`${where}: a panel of type ${panel.type}`);
        // Grafana has a default for each of a table's and of a number's options
        if (type === "timeseries") check(where, panel.options, type, "Options");
        check(
          where,
          panel.fieldConfig?.defaults.custom ?? {},
          type === "stat" ? "timeseries" : type,
          "FieldConfig",
        );
      }
    }
  });

  it("has queries of their data source's type", () => {
    const asked = new Set<string>();
    for (const { json } of shown) {
      for (const panel of panelsOf(json)) {
        for (const target of targetsOf(panel)) {
          const { type } = target.datasource;
          const known = Object.entries(queryTypes).find(([source]) => source === type)?.[1];
          if (known === undefined) assert.fail(`${json.uid}: ${panel.title}: a query to ${type}`);
          const [from, name] = known;
          check(`${json.uid}: ${panel.title}`, target, from, name);
          asked.add(type);
        }
      }
    }
    assert.deepEqual([...asked].sort(), Object.keys(queryTypes).sort());
  });

  it("is refused where it has what the schema has not", () => {
    const [{ json }] = shown as [Shown];
    const validate = schema("dashboard", "Dashboard");
    assert.ok(!validate({ ...json, panels: [{ ...json.panels?.[0], colour: "red" }] }));
    assert.ok(!validate({ ...json, schemaVersion: "42" }));
    assert.ok(!schema("prometheus", "Dataquery")({ refId: "A", expr: "up", instantly: true }));
  });
});
