import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { blueprintNames } from "../blueprints/names";
import { clouds } from "../components/cloud";
import type { PlanResource } from "../preview/plan";
import { fromText, type Recorded, record, replacementsOf } from "../preview/replay/record";
import { replay } from "../preview/replay/replay";
import { releaseFile } from "../preview/replayCommand";
import { readStack } from "../preview/stack";
import { production } from "./blueprints/production";
import { commandLine } from "./support/commandLine";

const root = join(__dirname, "..");

/** Protected, but nothing that holds data, keys or names: made anew without a loss. */
const dispensable = new Set([
  "kubernetes:cloud.google.com/v1:ComputeClass",
  "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass",
  "kubernetes:karpenter.sh/v1:NodePool",
]);

describe("the last release", () => {
  for (const cloud of clouds) {
    for (const blueprint of blueprintNames) {
      describe(`of ${blueprint} on ${cloud}`, () => {
        let resources: readonly PlanResource[];
        let release: readonly Recorded[];
        before(async () => {
          resources = await production(blueprint, cloud);
          const set = [`blueprint=${blueprint}`, `cloud=${cloud}`];
          const file = join(root, releaseFile(readStack({ root, stack: "prod", set })));
          release = fromText(readFileSync(file, "utf8"), file);
        });

        it("keeps every store, bucket, key, network and cluster", () => {
          assert.ok(release.length > 20, `only ${release.length} resources`);
          assert.deepEqual(
            replay(release, resources).map(({ message }) => message),
            [],
          );
        });

        it("has each protected resource recorded", () => {
          const unknown = resources.filter(
            ({ type, protect }) => protect && replacementsOf(type) === undefined && !dispensable.has(type),
          );
          assert.deepEqual([...new Set(unknown.map(({ type }) => type))], []);
          const recorded = new Set(record(resources).map(({ urn }) => urn));
          assert.ok(
            resources.every(
              ({ urn, protect, type }) => !protect || dispensable.has(type) || recorded.has(urn),
            ),
          );
        });
      });
    }

    it(`would lose its database on ${cloud} by another name of the stack, and is refused with what to do`, async () => {
      const { status, stdout } = await commandLine(
        "replay",
        ...["--stack", "prod", "--blueprint", "publishing", "--cloud", cloud, "--set", "name=renamed"],
      );
      assert.equal(status, 1);
      assert.match(
        stdout,
        /publishing-prod-postgres would be deleted: nothing has its URN, or an alias of it/,
      );
      assert.match(stdout, /of \d+ resources would be lost/);
    });
  }
});
