import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { PlanResource, PolicyReport } from "../../preview/plan";
import { judge } from "../../preview/policy";
import { readStack } from "../../preview/stack";
import { planOfBadStack } from "../policy/bad/judged";
import { policyOptions } from "./commands";
import { type Breach, type Events, readEvents } from "./events";
import { failureOf } from "./output";
import { pulumiVersion } from "./pulumi";
import { openWorkspace } from "./workspace";

const root = resolve(__dirname, "../..");
const folder = "test/policy/bad";

describe("the stack of mistakes under the real engine", function () {
  const version = pulumiVersion();
  if (version === undefined) {
    it("needs the Pulumi CLI and its Node.js language host on the PATH: skipped");
    return;
  }

  describe(`a first preview, pulumi ${version}`, () => {
    let directory: string;
    let plan: readonly PlanResource[];
    let offline: PolicyReport;
    let events: Events;
    let status: number;
    let said: string;

    before(async () => {
      directory = mkdtempSync(join(tmpdir(), "groundwork-mistakes-"));
      plan = await planOfBadStack("unknown");
      offline = judge(plan, { environment: "prod" });
      const stack = readStack({ root: join(root, folder), stack: "prod", set: [] });
      const outputs = join(root, folder, "table.ts");
      const { pulumi, project } = openWorkspace(root, directory, stack, { folder, outputs });
      const log = join(directory, "preview.jsonl");
      const policy = policyOptions({ pulumi, project, stack }, true);
      const ran = pulumi.captured("preview", "--event-log", log, ...policy);
      ({ status } = ran);
      said = failureOf(ran);
      events = readEvents(log);
    });
    after(() => {
      rmSync(directory, { recursive: true, force: true });
    });

    /** Rule and resource, or the stack's own URN where a rule names none. */
    const named = (breaches: readonly (Pick<Breach, "policy"> & { readonly urn: string | null })[]) =>
      [
        ...new Set(
          breaches.map(
            ({ policy, urn }) => `${policy} ${urn?.includes("::pulumi:pulumi:Stack::") === false ? urn : ""}`,
          ),
        ),
      ].sort();

    it("is refused, and registers what it registers offline", () => {
      assert.notEqual(status, 0, said);
      const urns = new Set(events.urns);
      assert.deepEqual(
        plan.filter(({ urn }) => !urns.has(urn)).map(({ urn }) => urn),
        [],
        said,
      );
    });

    it("breaks the same rules by the same resources as offline", () => {
      assert.ok(offline.violations.length > 400, String(offline.violations.length));
      const breaches = named(events.breaches);
      assert.deepEqual(breaches, named(offline.violations));
      process.stdout.write(
        `      ${plan.length} previewed, ${breaches.length} breaches, ${named(events.undecided).length} verdicts left to the update\n`,
      );
    });

    it("leaves the same verdicts to the update as offline", () => {
      assert.deepEqual(named(events.undecided), named(offline.open));
    });
  });
});
