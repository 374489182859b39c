import assert from "node:assert/strict";
import { clouds, environments } from "../../components/cloud";
import { configOf, problemsOf, withSetting } from "./stackFiles";

const other = "us-east1-docker.pkg.dev/example-prod/other";

/** Of prod, without whoever pushes to the stack's own registry. */
function on(
  cloud: "aws" | "gcp",
  path: string,
  value: unknown,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const { ci, ...values } = withSetting("prod", path, value);
  assert.ok(ci !== undefined);
  return { ...values, cloud, ...more };
}

describe("the configuration of the images that a project runs", () => {
  it("is enforced in prod alone, and names no registry but the stack's own unless told to", () => {
    const { admission } = configOf(on("gcp", "logRetentionDays", 365));
    assert.deepEqual(admission, { enforced: true, registries: [] });
    assert.deepEqual(configOf(on("gcp", "gcp.admittedRegistries", [other])).admission.registries, [other]);
    assert.equal(configOf(withSetting("staging", "cloud", "gcp")).admission.enforced, false);
  });

  it("names registries for the stack's cluster on both clouds, and for the project where it speaks for that", () => {
    for (const cloud of clouds) {
      const file = on(cloud, "images.admittedRegistries", [other]);
      assert.deepEqual(configOf(file).admission.registries, [other]);
      const silent = on(cloud, "images.admittedRegistries", [other], { audit: "none" });
      assert.deepEqual(configOf(silent).admission.registries, [other]);
    }
  });

  it("has the cluster refuse what breaks its rules but in dev", () => {
    const enforced = environments.filter(
      (stack) => configOf(withSetting(stack, "cloud", "aws")).guardRailsEnforced,
    );
    assert.deepEqual([...enforced].sort(), ["prod", "staging"]);
  });

  const cases: readonly [what: string, values: Record<string, string>, problem: RegExp][] = [
    [
      "registries of a project for which another stack speaks",
      on("gcp", "gcp.admittedRegistries", [other], { audit: "none" }),
      /^gcp\.admittedRegistries: expected no key where groundwork:audit is none: another stack says .*, got \["us-east1-/,
    ],
    [
      "a registry of everybody's as a whole",
      on("gcp", "gcp.admittedRegistries", [other, "docker.io"]),
      /^gcp\.admittedRegistries\.1: expected a path after the registry, got "docker\.io"$/,
    ],
    [
      "the same as where the services' images are",
      on("gcp", "images.registry", "ghcr.io"),
      /^images\.registry: expected a path after the registry, got "ghcr\.io"$/,
    ],
    [
      "a registry of everybody's as a whole for the stack's own cluster",
      on("aws", "images.admittedRegistries", ["quay.io"]),
      /^images\.admittedRegistries\.0: expected a path after the registry, got "quay\.io"$/,
    ],
    [
      "a wildcard",
      on("gcp", "gcp.admittedRegistries", [`${other}/*`]),
      /^gcp\.admittedRegistries\.0: expected a registry and path such as ghcr\.io\/example, got /,
    ],
  ];
  for (const [what, values, problem] of cases) {
    it(`refuses ${what}, naming the key`, () => {
      const problems = problemsOf(values);
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0] ?? "", problem);
    });
  }

  it("takes such a registry of the services where no policy of this stack goes by it", () => {
    assert.deepEqual(problemsOf(on("gcp", "images.registry", "ghcr.io", { audit: "none" })), []);
    assert.deepEqual(problemsOf(on("aws", "images.registry", "ghcr.io")), []);
  });
});
