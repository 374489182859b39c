import assert from "node:assert/strict";
import { replacementOf } from "./replacement";

const urn = (type: string): string => `urn:pulumi:prod::groundwork::${type}::main`;
const nodeGroup = urn("aws:eks/nodeGroup:NodeGroup");
const nodePool = urn("gcp:container/nodePool:NodePool");

describe("the stand-in providers' replacements", () => {
  const group = { instanceTypes: ["t3.xlarge"], launchTemplate: { id: "lt-1", version: "1" } };

  it("take a change of what the cloud can't change for another resource, made before the old one goes", () => {
    assert.deepEqual(replacementOf(nodeGroup, group, { ...group, instanceTypes: ["m7i.xlarge"] }), {
      keys: ["instanceTypes"],
      deleteBefore: false,
    });
    assert.deepEqual(replacementOf(nodePool, { name: "app-1" }, { name: "app-2" }), {
      keys: ["name"],
      deleteBefore: false,
    });
  });

  it("take the rest for changes in place, within an input too", () => {
    const next = { ...group, launchTemplate: { id: "lt-1", version: "2" } };
    assert.deepEqual(replacementOf(nodeGroup, group, next).keys, []);
    const other = { ...group, launchTemplate: { id: "lt-2", version: "1" } };
    assert.deepEqual(replacementOf(nodeGroup, group, other).keys, ["launchTemplate.id"]);
    assert.deepEqual(replacementOf(urn("aws:s3/bucket:Bucket"), {}, { bucket: "other" }).keys, []);
  });

  it("have the old one go first where the program has named it and the name stays", () => {
    const named = { ...group, nodeGroupName: "app" };
    assert.equal(
      replacementOf(nodeGroup, named, { ...named, instanceTypes: ["c7i.large"] }).deleteBefore,
      true,
    );
    assert.equal(replacementOf(nodeGroup, named, { ...named, labels: {} }).deleteBefore, false);
  });
});
