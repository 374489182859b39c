import assert from "node:assert/strict";
import { blueprintNames } from "../blueprints/names";
import { clouds, environments } from "../components/cloud";
import type { AdmissionRule } from "../components/guardrails/admissionRules";
import { chartImages } from "../components/platform/chartImages";
import { type ChartName, charts } from "../components/platform/charts";
import type { Json, PlanResource } from "../preview/plan";
import { admission, type AdmissionRequest, type Answer, type KubernetesObject } from "./support/admission";
import { imagesIn, installedCharts, judgedKinds, readChartObjects } from "./support/chartObjects";
import { findAll } from "./support/run";
import { waitsFor } from "./support/waitsFor";
import { planOf } from "./support/plans";

const policyType = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy";

interface NamedObject extends KubernetesObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: Readonly<Record<string, Json>>;
}

const objects = (resources: readonly PlanResource[], type: string): readonly NamedObject[] =>
  findAll(resources, type).map(
    ({ inputs }) => ({ kind: type.split(":")[2], ...inputs }) as unknown as NamedObject,
  );

interface PolicySpec {
  readonly failurePolicy: string;
  readonly matchConstraints: { readonly resourceRules: AdmissionRule["matches"] };
  readonly matchConditions: readonly { readonly name: string; readonly expression: string }[];
  readonly variables: readonly { readonly name: string; readonly expression: string }[];
  readonly validations: AdmissionRule["validations"];
}

const byName = (expressions: PolicySpec["variables"]): Readonly<Record<string, string>> =>
  Object.fromEntries(expressions.map(({ name, expression }) => [name, expression]));

/** The rules as the stack's own objects have them. */
const rulesOf = (resources: readonly PlanResource[]): readonly AdmissionRule[] =>
  objects(resources, policyType)
    .filter(({ metadata: { name } }) => name.startsWith("groundwork-"))
    .map(({ spec }) => {
      const { matchConstraints, matchConditions, variables, validations } = spec as unknown as PolicySpec;
      return {
        matches: matchConstraints.resourceRules,
        conditions: byName(matchConditions),
        variables: byName(variables),
        validations,
      };
    });

/** What the charts make in prod, rendered with our values. */
const rendered = readChartObjects();

/** Istio's own webhook names the image of a gateway's pods, before anything else is asked of them. */
const injected = (object: KubernetesObject): KubernetesObject =>
  JSON.parse(
    JSON.stringify(object).replaceAll('"image":"auto"', '"image":"docker.io/istio/proxyv2:1"'),
  ) as KubernetesObject;

/** What the rules judge, by the type under which the program makes it. */
const judged = {
  "kubernetes:core/v1:Namespace": "namespaces",
  "kubernetes:core/v1:Service": "services",
  "kubernetes:apps/v1:Deployment": "deployments",
  "kubernetes:argoproj.io/v1alpha1:Rollout": "rollouts",
  "kubernetes:apps/v1:StatefulSet": "statefulsets",
  "kubernetes:batch/v1:Job": "jobs",
  "kubernetes:batch/v1:CronJob": "cronjobs",
} as const;

// the keys of the manifest are its names
const chartNames = Object.keys(charts) as readonly ChartName[];

/** Charts that bring kinds and nothing that runs. */
const withoutPods: ReadonlySet<string> = new Set(
  chartNames.filter((name) => chartImages[name].repositories.length === 0).map((name) => charts[name].chart),
);

/** The pod that an object makes, if it makes one. */
function podsOf({ metadata: { namespace = "" }, spec = {} }: NamedObject): readonly AdmissionRequest[] {
  const job = (spec["jobTemplate"] as { readonly spec: Readonly<Record<string, Json>> } | undefined)?.spec;
  const template = (job ?? spec)["template"] as unknown as KubernetesObject | undefined;
  if (template === undefined) return [];
  const metadata = { ...template.metadata, namespace };
  return [
    { resource: "pods", object: { kind: "Pod", metadata, ...(template.spec && { spec: template.spec }) } },
  ];
}

describe("The charts' objects", () => {
  for (const name of chartNames) {
    const { chart, version } = charts[name];
    const read = rendered[chart];
    it(`of ${chart} are of the major version that is installed`, function () {
      // of charts that no blueprint has in prod there is nothing
      if (read === undefined) this.skip();
      assert.equal(read.version.replace(/^v/, "").split(".")[0], version.replace(/^v/, "").split(".")[0]);
    });
  }
});

describe("The guard rails", () => {
  let answer: Answer;
  before(async () => {
    answer = await admission();
  });

  const all = blueprintNames.flatMap((blueprint) =>
    environments.flatMap((stack) => clouds.map((cloud) => ({ blueprint, stack, cloud }))),
  );
  for (const { blueprint, stack, cloud } of all) {
    describe(`of ${blueprint} ${stack} on ${cloud}`, () => {
      let resources: readonly PlanResource[];
      before(async () => {
        resources = await planOf(stack, `cloud=${cloud}`, `blueprint=${blueprint}`);
      });

      it("let in every object that the program makes", () => {
        const rules = rulesOf(resources);
        assert.equal(rules.length, 5);
        let asked = 0;
        for (const [type, resource] of Object.entries(judged)) {
          for (const object of objects(resources, type)) {
            asked += 1;
            for (const request of [{ resource, object }, ...podsOf(object)]) {
              const refused = rules.flatMap((rule) => answer(rule, request));
              assert.deepEqual(refused, [], `${type} ${object.metadata.name}`);
            }
          }
        }
        assert.ok(asked > 10, `only ${asked} objects`);
      });

      if (stack === "prod") {
        it("let in every object that its charts make", () => {
          const rules = rulesOf(resources);
          let asked = 0;
          for (const chart of new Set(installedCharts(resources).map((installed) => installed.chart))) {
            const objects = rendered[chart]?.objects ?? [];
            for (const { object } of objects.filter(({ stacks }) =>
              stacks.includes(`${blueprint} ${cloud}`),
            )) {
              asked += 1;
              const resource = judgedKinds[object.kind] ?? "";
              for (const request of [
                { resource, object: injected(object) },
                ...podsOf(injected(object) as NamedObject),
              ]) {
                const refused = rules.flatMap((rule) => answer(rule, request));
                assert.deepEqual(refused, [], `${chart}: ${object.kind} ${object.metadata.name}`);
              }
            }
          }
          assert.ok(asked > 30, `only ${asked} objects`);
        });
      }

      it("are asked of each kind by the version of its group that the program makes", () => {
        const matches = rulesOf(resources).flatMap((rule) => rule.matches);
        for (const [type, resource] of Object.entries(judged)) {
          const [group = "", version = ""] = (type.split(":")[1] ?? "").split("/");
          const apiGroup = group === "core" ? "" : group;
          const asking = matches.filter(
            ({ apiGroups, resources: asked }) => apiGroups.includes(apiGroup) && asked.includes(resource),
          );
          assert.ok(asking.length > 0, `${resource} is asked of by no rule`);
          for (const { apiVersions } of asking) assert.deepEqual(apiVersions, [version], resource);
        }
      });

      it("let in every image that a custom resource names for its operator to run", () => {
        const rules = rulesOf(resources);
        const operated = resources.filter(
          ({ type, custom }) => custom && /^kubernetes:[a-z0-9.]+\.[a-z]+\/v\w+:/.test(type),
        );
        for (const { type, name, inputs } of operated) {
          const namespace = (inputs["metadata"] as { readonly namespace?: string } | undefined)?.namespace;
          if (namespace === undefined) continue;
          for (const image of imagesIn(inputs)) {
            const labels = { "app.kubernetes.io/name": "a", "app.kubernetes.io/part-of": "a" };
            const spec = { serviceAccountName: "a", containers: [{ name: "a", image }] };
            const object: KubernetesObject = {
              kind: "Pod",
              metadata: { name: "a", namespace, labels },
              spec,
            };
            const refused = rules.flatMap((rule) => answer(rule, { resource: "pods", object }));
            assert.deepEqual(refused, [], `${type} ${name}: ${image}`);
          }
        }
      });

      it(`${stack === "dev" ? "warn of" : "refuse"} what breaks a rule, and what fails to be judged`, () => {
        const actions = stack === "dev" ? ["Warn", "Audit"] : ["Deny", "Audit"];
        const bindings = objects(resources, `${policyType}Binding`).filter(({ metadata: { name } }) =>
          name.startsWith("groundwork-"),
        );
        assert.deepEqual(
          bindings.map(({ metadata: { name }, spec }) => [
            name,
            spec["policyName"],
            spec["validationActions"],
          ]),
          bindings.map(({ metadata: { name } }) => [name, name, actions]),
        );
        const names = objects(resources, policyType).flatMap(({ metadata: { name }, spec }) =>
          spec["failurePolicy"] === "Fail" ? [name] : [],
        );
        assert.ok(bindings.length === 5 && bindings.every(({ metadata: { name } }) => names.includes(name)));
      });

      it("say which images run before any of them does", () => {
        const images = resources.find(
          ({ type, name }) => type === `${policyType}Binding` && name.endsWith("-guardrails-images"),
        );
        assert.ok(images);
        const makers = resources.filter(
          (resource) =>
            (installedCharts([resource]).some(
              ({ chart, namespace }) => namespace !== "kube-system" && !withoutPods.has(chart),
            ) &&
              !(resource.parent ?? "").includes("Cluster::")) ||
            /^kubernetes:(apps|batch)\//.test(resource.type),
        );
        assert.ok(makers.length > 5, `only ${makers.length} make pods`);
        const early = makers.filter((maker) => !waitsFor(resources, maker, (urn) => urn === images.urn));
        assert.deepEqual(
          early.map(({ urn }) => urn),
          [],
        );
      });
    });
  }
});
