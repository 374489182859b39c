import * as assert from "node:assert/strict";
import { clouds } from "../../components/cloud";
import { runStack } from "../../preview/program";
import { readStack } from "../../preview/stack";
import { configOf, problemsOf, stackValues } from "./stackFiles";

const root = `${__dirname}/../..`;

const values = (stack: string, cloud: string, blueprint: string): Record<string, string> => ({
  ...stackValues(stack),
  cloud,
  blueprint,
  bucket: JSON.stringify({ hosting: "cluster" }),
});

describe("the bucket's hosting", () => {
  for (const cloud of clouds) {
    it(`may be the cluster in dev on ${cloud}, and is the cloud's unless that is said`, () => {
      assert.equal(configOf(values("dev", cloud, "suuupra")).stores.bucket.hosting, "cluster");
      const unsaid = { ...stackValues("dev"), cloud };
      assert.equal(configOf(unsaid).stores.bucket.hosting, undefined);
    });

    for (const stack of ["staging", "prod"]) {
      it(`is refused as the cluster in ${stack} on ${cloud}, which protects its data`, () => {
        const problems = problemsOf(values(stack, cloud, "suuupra"));
        assert.ok(
          problems.includes(
            `bucket.hosting: expected cloud where groundwork:environment is ${stack}, whose data is protected, got "cluster"`,
          ),
          problems.join("\n"),
        );
      });
    }

    it(`is refused as the cluster on ${cloud} where there are no nodes of ours`, () => {
      assert.deepEqual(problemsOf(values("dev", cloud, "publishing")), [
        'bucket.hosting: expected cloud where groundwork:blueprint is publishing, whose pods run without nodes of ours, got "cluster"',
      ]);
    });

    it(`is refused as the cluster on ${cloud} where a copy is kept in another region`, () => {
      const dr = stackValues("prod")["dr"] ?? "";
      assert.match(dr, /region/);
      const problems = problemsOf({ ...values("dev", cloud, "suuupra"), dr });
      assert.match(problems.join("\n"), /^bucket\.hosting: expected cloud where groundwork:dr has a region/m);
    });

    it(`is refused as the cluster on ${cloud} where an edge serves a folder of it`, () => {
      const edge = JSON.stringify({ enabled: true });
      const problems = problemsOf({ ...values("dev", cloud, "suuupra"), edge });
      assert.match(problems.join("\n"), /^bucket\.hosting: expected cloud where groundwork:edge is enabled/m);
    });

    it(`leaves no bucket of ${cloud}'s for objects, and lets in the services that name it`, async () => {
      const read = readStack({
        root,
        stack: "dev",
        set: ["blueprint=explico", `cloud=${cloud}`, "bucket.hosting=cluster"],
      });
      const { resources } = await runStack(read, { root, outputs: "known", echo: false });
      const named = (wanted: string) =>
        resources.filter(({ type }) => type === wanted).map(({ name }) => name);
      // what logs are backed up to is the cloud's all the same
      assert.deepEqual(named(`groundwork:${cloud}:Bucket`), ["explico-dev-telemetry-es"]);
      assert.equal(named("groundwork:data:ObjectStore").length, 1);
      const admitted = resources.filter(
        ({ type, name }) => type === "kubernetes:core/v1:Secret" && name.endsWith("-identity-bucket"),
      );
      assert.equal(admitted.length, 2);
    });
  }

  it("is one of two", () => {
    const elsewhere = { ...stackValues("dev"), bucket: JSON.stringify({ hosting: "elsewhere" }) };
    assert.deepEqual(problemsOf(elsewhere), [
      'bucket.hosting: expected one of cloud, cluster, got "elsewhere"',
    ]);
  });
});
