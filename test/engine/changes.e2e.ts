import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Cloud, clouds } from "../../components/cloud";
import { nameOf, typeOf } from "../../preview/urn";
import { type Events, readEvents } from "./events";
import { comingsAndGoings, replacements, wentTooEarly } from "./order";
import { failureOf, oneLine } from "./output";
import { type CommandResult, pulumiVersion } from "./pulumi";
import { resolvedStack } from "./stack";
import { type Facts, stateOf } from "./state";
import { openWorkspace } from "./workspace";

const root = resolve(__dirname, "../..");
// its services' nodes are of spot capacity on AWS, whose change of machines replaces them; and nothing is protected
const stackName = "dev";

/** The resources that have the cluster's version, and the input that says it. */
const versioned: Readonly<Record<Cloud, Readonly<Record<string, string>>>> = {
  aws: { "aws:eks/cluster:Cluster": "version", "aws:eks/nodeGroup:NodeGroup": "version" },
  gcp: { "gcp:container/cluster:Cluster": "minMasterVersion" },
};

/** Pools of the cloud as the engine knows them. */
const poolType: Readonly<Record<Cloud, string>> = {
  aws: "aws:eks/nodeGroup:NodeGroup",
  gcp: "gcp:container/nodePool:NodePool",
};

describe("changes under the real engine", function () {
  const version = pulumiVersion();
  if (version === undefined) {
    it("needs the Pulumi CLI and its Node.js language host on the PATH: skipped");
    return;
  }

  for (const cloud of clouds) {
    describe(`${stackName} on ${cloud}, pulumi ${version}`, () => {
      let directory: string;
      let runs = 0;
      /** What the engine held after the last run. */
      let held: readonly Facts[] = [];

      /** Runs a command with the stack's file changed. */
      const run = async (
        settings: readonly string[],
        ...command: readonly string[]
      ): Promise<{ ran: CommandResult; events: Events }> => {
        const set = [`cloud=${cloud}`, ...settings];
        const { stack } = await resolvedStack({ root, stack: stackName, set });
        const { pulumi } = openWorkspace(root, directory, stack);
        const log = join(directory, `${++runs}.jsonl`);
        const ran = pulumi.captured(...command, "--event-log", log);
        // the engine's own order is that of its last steps
        held = [...stateOf(pulumi)].sort((a, b) => (a.urn < b.urn ? -1 : 1));
        return { ran, events: readEvents(log) };
      };
      const up = (...settings: readonly string[]) => run(settings, "up", "--yes", "--skip-preview");
      const versions = (state: readonly Facts[]): readonly unknown[] => [
        ...new Set(
          state.flatMap(({ type, inputs }) => {
            const input = versioned[cloud][type];
            return input === undefined ? [] : [inputs[input]];
          }),
        ),
      ];

      before(() => {
        directory = mkdtempSync(join(tmpdir(), "groundwork-changes-"));
      });
      after(() => {
        rmSync(directory, { recursive: true, force: true });
      });

      it("makes a cluster of the oldest version on offer", async () => {
        const { ran } = await up('cluster.version="1.34"');
        assert.equal(ran.status, 0, failureOf(ran));
        assert.deepEqual(versions(held), ["1.34"]);
      });

      const jumps = [
        ["1.36", /cluster\.version: expected 1\.34 or 1\.35, as the control plane runs 1\.34.*got 1\.36/],
      ] as const;
      for (const [wanted, message] of jumps) {
        it(`refuses ${wanted} in a preview and in an update, and changes nothing`, async () => {
          const before = held;
          const previewed = await run([`cluster.version="${wanted}"`], "preview");
          assert.notEqual(previewed.ran.status, 0);
          assert.match(oneLine(previewed.ran), message);
          const { ran, events } = await up(`cluster.version="${wanted}"`);
          assert.notEqual(ran.status, 0);
          assert.match(oneLine(ran), message);
          assert.deepEqual(ended(events), []);
          assert.deepEqual(held, before);
        });
      }

      it("takes the next version", async () => {
        const { ran, events } = await up('cluster.version="1.35"');
        assert.equal(ran.status, 0, failureOf(ran));
        assert.deepEqual(versions(held), ["1.35"]);
        assert.deepEqual(replacements(events.steps), {});
      });

      it("never goes back", async () => {
        const { ran } = await up('cluster.version="1.34"');
        assert.notEqual(ran.status, 0);
        assert.match(
          oneLine(ran),
          /cluster\.version: expected 1\.35 or newer, .* never goes back, got 1\.34/,
        );
        assert.deepEqual(versions(held), ["1.35"]);
      });

      if (cloud === "aws") {
        it("lets the control plane go first and the nodes follow in an update of their own", async () => {
          const first = await up('cluster.version="1.36"', 'cluster.nodesVersion="1.35"');
          assert.equal(first.ran.status, 0, failureOf(first.ran));
          assert.deepEqual([...versions(held)].sort(), ["1.35", "1.36"]);
          const second = await up('cluster.version="1.36"');
          assert.equal(second.ran.status, 0, failureOf(second.ran));
          assert.deepEqual(versions(held), ["1.36"]);
          const back = await up('cluster.version="1.36"', 'cluster.nodesVersion="1.35"');
          assert.notEqual(back.ran.status, 0);
          assert.match(oneLine(back.ran), /cluster\.nodesVersion: expected 1\.36 or newer/);
        });
      } else {
        it("takes the last version on offer", async () => {
          const { ran } = await up('cluster.version="1.36"');
          assert.equal(ran.status, 0, failureOf(ran));
        });
      }

      const larger = 'cluster.nodePools.application.machine={"vcpus":8,"memoryGiB":32}';

      it("makes nodes of another machine before the old ones go, and replaces nothing else", async () => {
        const { ran, events } = await up('cluster.version="1.36"', larger);
        assert.equal(ran.status, 0, failureOf(ran));
        const pools = held.filter(
          ({ type, urn }) => type === poolType[cloud] && nameOf(urn).includes("-application"),
        );
        assert.ok(pools.length > 0);
        assert.deepEqual(
          replacements(events.steps),
          Object.fromEntries(pools.map(({ urn }) => [urn, "new first"])),
        );
        assert.deepEqual(comingsAndGoings(events.steps), []);
      });

      it("is destroyed with nothing gone before what depends on it", async () => {
        const settings = ['cluster.version="1.36"', larger];
        const before = held;
        const { ran, events } = await run(settings, "destroy", "--yes", "--skip-preview");
        assert.equal(ran.status, 0, failureOf(ran));
        assert.deepEqual(wentTooEarly(before, events.steps), []);
        assert.deepEqual(held, []);
        process.stdout.write(`      ${before.length} resources gone, each after what depends on it\n`);
      });
    });
  }
});

/** Changes that came to their end. */
function ended({ steps }: Events): readonly string[] {
  return steps
    .filter(({ op, phase }) => phase === "ends" && op !== "same" && op !== "read")
    .map(({ op, urn }) => `${op} ${typeOf(urn)} ${nameOf(urn)}`);
}
