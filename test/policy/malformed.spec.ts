import assert from "node:assert/strict";
import type { Json, PlanResource } from "../../preview/plan";
import { judge } from "../../preview/policy";
import type { Rule } from "../../policy/rule";
import { rules } from "../../policy/rules";
import { fixtures } from "./fixtures";
import { edited, isField, pathsOf, scene, type Line } from "./scene";

const provider: Line = ["pulumi:providers:aws", "provider"];

/** Who objects to a scene in prod and what is said, as `rule: message`. */
function objections(...lines: readonly Line[]): readonly string[] {
  const { violations } = judge(scene([provider, ...lines]), { environment: "prod" });
  return violations.map(({ policy, message }) => `${policy}: ${message}`);
}

describe("a policy document that no cloud would take", () => {
  const bucket: Line = ["aws:s3/bucket:Bucket", "bucket"];
  const bucketPolicy = (policy: Json): Line => [
    "aws:s3/bucketPolicy:BucketPolicy",
    "policy",
    { inputs: { policy }, from: { bucket: ["bucket"] } },
  ];

  for (const [what, policy, said] of [
    ["no JSON", '{"Version": "2012-10-17", "Statement": [', "policy is no JSON"],
    ["a text", "deny everything", "policy is no JSON"],
    ["a document without a statement", '{"Version": "2012-10-17"}', "policy has no statement"],
    ["an empty list of statements", '{"Statement": []}', "policy has no statement"],
    ["no document", "[]", "policy has no statement"],
  ] as const) {
    it(`is a breach of each rule that reads it: ${what}`, () => {
      const found = objections(bucket, bucketPolicy(policy));
      assert.ok(found.includes(`aws-s3-no-public-policy: ${said}`), found.join("\n"));
      assert.ok(found.includes(`aws-s3-tls-only-policy: ${said}`), found.join("\n"));
    });
  }

  it("is a breach in a role's trust and in its rights", () => {
    const found = objections(
      ["aws:iam/role:Role", "role", { inputs: { assumeRolePolicy: "{" } }],
      ["aws:iam/rolePolicy:RolePolicy", "rights", { inputs: { policy: "{" } }],
    );
    assert.ok(found.includes("aws-iam-trust-restricted: assumeRolePolicy is no JSON"), found.join("\n"));
    assert.ok(found.includes("aws-iam-no-full-admin: policy is no JSON"), found.join("\n"));
  });

  it("is left open where it is masked, and named", () => {
    const { violations, open } = judge(scene([provider, bucket, bucketPolicy("[secret]")]), {
      environment: "prod",
    });
    assert.deepEqual(
      violations.filter(({ policy }) => /policy$/.test(policy)),
      [],
    );
    assert.deepEqual(
      open.map(({ policy, value }) => [policy, value]),
      [
        ["aws-s3-no-public-policy", "policy"],
        ["aws-s3-tls-only-policy", "policy"],
      ],
    );
  });
});

describe("a workload that no cluster would take", () => {
  const deployment = (spec: Json): Line => [
    "kubernetes:apps/v1:Deployment",
    "web",
    { inputs: { metadata: { name: "web", namespace: "shop" }, spec } },
  ];

  for (const [what, spec, said] of [
    ["no containers", { template: { spec: {} } }, "the pod has no containers"],
    ["containers of null", { template: { spec: { containers: null } } }, "the pod has no containers"],
    ["an empty list of them", { template: { spec: { containers: [] } } }, "the pod has no containers"],
    [
      "a container of null",
      { template: { spec: { containers: [null] } } },
      "spec.template.spec.containers[0] is null",
    ],
    ["a map of containers", { template: { spec: { containers: { web: {} } } } }, "containers is no list"],
    ["a text for a spec", "nginx", "spec is a text, expected an object"],
  ] as const) {
    it(`breaks each rule about its pods: ${what}`, () => {
      const found = objections(deployment(spec));
      for (const rule of [
        "k8s-pod-drop-all-capabilities",
        "k8s-pod-image-pinned",
        "k8s-pod-run-as-non-root",
      ]) {
        assert.ok(found.includes(`${rule}: ${said}`), found.join("\n"));
      }
    });
  }
});

describe("null in a plan", () => {
  for (const { name, good } of fixtures) {
    it(`keeps no rule from its verdict, and says what a field that is not there says, among ${name}`, () => {
      const resources = scene(good);
      let nulls = 0;
      for (const { name: holder, inputs } of resources) {
        for (const path of pathsOf(inputs)) {
          const place = `inputs.${path}`;
          const withNull = complaints(edited(resources, [holder, place, null]), holder);
          nulls++;
          if (isField(path)) {
            const withNothing = complaints(edited(resources, [holder, place, undefined]), holder);
            assert.deepEqual(withNull, withNothing, `${holder}.${path}`);
          }
        }
      }
      assert.ok(nulls > 0);
    });
  }
});

/** What is said of the one that was edited, and by the rules over the whole stack; nobody else's verdict can change. */
function complaints(resources: readonly PlanResource[], holder: string): readonly string[] {
  const alone = resources.filter(({ name }) => name === holder);
  return [
    ...judge(alone, { environment: "prod", rules: rulesAbout(alone, "resource") }).violations,
    ...judge(resources, { environment: "prod", rules: rulesAbout(resources, "stack") }).violations,
  ].map(({ policy, urn, message }) => `${policy} ${urn ?? ""} ${message}`);
}

/** The rules of that scope that would judge one of the resources: the others decline by its type. */
function rulesAbout(resources: readonly PlanResource[], scope: Rule["scope"]): readonly Rule[] {
  const types = new Set(resources.map(({ type }) => type));
  return rules.filter((rule) => rule.scope === scope && [...types].some((type) => rule.concerns(type)));
}
