import assert from "node:assert/strict";
import type { PolicyResource } from "@pulumi/policy";
import { pointingAt, pointsAt, Stack } from "../../policy/stack";
import { isUnknownValue } from "../../policy/unknown";
import { asGiven } from "./asking";

const bucket = "aws:s3/bucket:Bucket";
const versions = "aws:s3/bucketVersioning:BucketVersioning";

/** A resource as a stack rule is handed it. */
function made(
  type: string,
  name: string,
  rest: Partial<Record<"props" | "propertyDependencies", object>> &
    Partial<Record<"parent" | "provider", PolicyResource>> = {},
): PolicyResource {
  return asGiven({ type, name, urn: `urn::${type}::${name}`, props: {}, propertyDependencies: {}, ...rest });
}
const names = (resources: readonly { readonly name: string }[]) => resources.map(({ name }) => name);

describe("a stack", () => {
  const one = made(bucket, "one", { props: { bucket: "acme", id: "acme-1", tags: null } });
  const two = made(bucket, "two");
  const version = made(versions, "version", {
    propertyDependencies: { bucket: [one], status: [one, two], none: [] },
  });
  const stack = new Stack([one, version, two]);

  it("has its resources by type, in the order asked", () => {
    assert.deepEqual(names(stack.ofType(bucket)), ["one", "two"]);
    assert.deepEqual(names(stack.ofType(versions, bucket)), ["version", "one", "two"]);
    assert.deepEqual(names(stack.ofType("aws:s3/bucketLogging:BucketLogging")), []);
  });

  it("reads null as nothing", () => {
    assert.deepEqual(
      stack.ofType(bucket).map(({ props }) => Object.keys(props)),
      [["bucket", "id"], []],
    );
  });

  it("knows what takes a property from a resource, each once", () => {
    assert.deepEqual(names(stack.takersOf(one)), ["version"]);
    assert.deepEqual(names(stack.takersOf(two)), ["version"]);
    assert.deepEqual(names(stack.takersOf(version)), []);
    assert.equal(stack.takersOf(one)[0]?.urn, version.urn);
  });

  it("works something out once", () => {
    let worked = 0;
    const index = () => stack.once("index", () => ++worked);
    assert.deepEqual([index(), index(), stack.once("other", () => "other")], [1, 1, "other"]);
  });

  it("knows what a component itself made", () => {
    const outer = made("awsx:ec2:Vpc", "outer");
    const inner = made("aws:ec2/vpc:Vpc", "inner", { parent: outer });
    const deep = made("aws:ec2/subnet:Subnet", "deep", { parent: inner });
    const nested = new Stack([outer, inner, deep]);
    assert.equal(nested.hasChildOfType(outer, "aws:ec2/vpc:Vpc"), true);
    assert.equal(nested.hasChildOfType(outer, "aws:ec2/subnet:Subnet"), false);
    assert.equal(nested.hasChildOfType(deep, "aws:ec2/vpc:Vpc"), false);
  });

  it("cannot tell any property of what a provider without an answer would make on Kubernetes", () => {
    const provider = made("pulumi:providers:kubernetes", "cluster");
    const other = made("pulumi:providers:kubernetes", "other");
    const [pod, answered, elsewhere, bare, account] = [
      made("kubernetes:core/v1:Pod", "pod", { provider }),
      made("kubernetes:core/v1:Namespace", "answered", { provider: other, props: { metadata: {} } }),
      made("kubernetes:core/v1:Pod", "elsewhere", { provider: other }),
      made("kubernetes:core/v1:Pod", "bare"),
      made("aws:s3/bucket:Bucket", "account", { provider }),
    ];
    const first = new Stack([pod, answered, elsewhere, bare, account]);
    const props = new Map(
      [...first.ofType("kubernetes:core/v1:Pod"), ...first.ofType(bucket)].map((each) => [
        each.name,
        asGiven<Readonly<Record<string, unknown>>>(each.props),
      ]),
    );
    const open = props.get("pod") ?? assert.fail();
    const about = (path: string) => (error: unknown) => isUnknownValue(error) && error.props[0] === path;
    assert.throws(() => open["spec"], about("spec"));
    assert.throws(() => "spec" in open, about("spec"));
    // what prints it asks for symbols
    assert.equal(Reflect.get(open, Symbol.toStringTag), undefined);
    for (const name of ["elsewhere", "bare", "account"]) {
      const known = props.get(name) ?? assert.fail();
      assert.equal(known["spec"], undefined, name);
      assert.equal("spec" in known, false, name);
    }
    assert.equal(first.ofType("kubernetes:core/v1:Pod")[0]?.urn, pod.urn);
  });
});

describe("pointsAt", () => {
  const outer = made("groundwork:aws:Store", "outer");
  const middle = made("groundwork:aws:Part", "middle", { parent: outer });
  const target = made(bucket, "target", { parent: middle, props: { bucket: "acme", id: "acme-1" } });
  const stranger = made(bucket, "stranger", { props: { bucket: "other" } });
  const from = (sources: readonly PolicyResource[], value?: unknown) =>
    made(versions, "from", { props: { bucket: value }, propertyDependencies: { bucket: sources } });

  for (const [what, source, asked, said] of [
    ["takes its value from it", from([target]), [], true],
    ["takes it from it among others", from([stranger, target]), [], true],
    ["takes it from a component around it", from([middle]), [], true],
    ["takes it from one around that", from([outer]), [], true],
    ["takes it from something else, whatever the value", from([stranger], "acme"), ["bucket"], false],
    ["names it by a value of the property asked", from([], "acme"), ["bucket"], true],
    ["names it by one of several", from([], "acme-1"), ["bucket", "id"], true],
    ["names it by a value of another property", from([], "acme"), ["id"], false],
    ["has no value, as it has not", from([]), ["name"], false],
    ["has a value and nothing may name it", from([], "acme"), [], false],
  ] as const) {
    it(`is ${String(said)} of what ${what}`, () => {
      assert.equal(pointsAt(asGiven(source), "bucket", asGiven(target), asked), said);
    });
  }

  it("is false of what has no dependencies at all", () => {
    assert.equal(pointsAt(asGiven(made(versions, "none")), "bucket", asGiven(target)), false);
  });

  it("finds what is about a resource by its id or its name", () => {
    const named = made("aws:s3/bucket:Bucket", "named", { props: { id: "by-id", name: "by-name" } });
    const stack = new Stack([
      made(versions, "taken", { propertyDependencies: { bucket: [named] } }),
      made(versions, "byId", { props: { bucket: "by-id" } }),
      made(versions, "byName", { props: { bucket: "by-name" } }),
      made(versions, "others", { props: { bucket: "other" } }),
      named,
    ]);
    assert.deepEqual(names(pointingAt(stack, versions, "bucket", asGiven(named))), [
      "taken",
      "byId",
      "byName",
    ]);
  });
});
