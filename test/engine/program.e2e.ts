import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { clouds } from "../../components/cloud";
import type { PlanResource } from "../../preview/plan";
import { judge } from "../../preview/policy";
import { compare, type Difference, RemoteFamily } from "./compare";
import { environmentOf, policyOptions, type Trial } from "./commands";
import { type Events, readEvents } from "./events";
import { failureOf } from "./output";
import { type CommandResult, pulumiVersion } from "./pulumi";
import { plaintextSecrets } from "./secrets";
import { resolvedStack } from "./stack";
import { stateOf } from "./state";
import { openWorkspace } from "./workspace";

const root = resolve(__dirname, "../..");
const stackName = "prod";

describe("the program under the real engine", function () {
  const version = pulumiVersion();
  if (version === undefined) {
    it("needs the Pulumi CLI and its Node.js language host on the PATH: skipped");
    return;
  }

  for (const cloud of clouds) {
    describe(`${stackName} on ${cloud}, pulumi ${version}`, () => {
      let directory: string;
      let trial: Trial;
      let plan: readonly PlanResource[];
      let policy: readonly string[];

      const watch = (
        command: string,
        ...options: readonly string[]
      ): { ran: CommandResult; events: Events } => {
        const log = join(directory, `${command}.jsonl`);
        const ran = trial.pulumi.captured(command, ...options, "--event-log", log, ...policy);
        return { ran, events: readEvents(log) };
      };

      before(async () => {
        directory = mkdtempSync(join(tmpdir(), "groundwork-engine-"));
        const run = await resolvedStack({ root, stack: stackName, set: [`cloud=${cloud}`] });
        plan = run.resources;
        trial = { ...openWorkspace(root, directory, run.stack), stack: run.stack };
        policy = policyOptions(trial, true);
      });
      after(() => {
        rmSync(directory, { recursive: true, force: true });
      });

      it("previews what it registers offline, and the policy pack has nothing mandatory against it", () => {
        const { ran, events } = watch("preview");
        assert.equal(ran.status, 0, failureOf(ran));
        const urns = new Set(events.urns);
        const missing = plan.filter((resource) => !urns.has(resource.urn)).map((resource) => resource.urn);
        assert.deepEqual(missing, []);
        process.stdout.write(
          `      ${urns.size} previewed, ${events.undecided.length} verdicts left to the update\n`,
        );
      });

      it("updates, and the policy pack says of it what it says offline", () => {
        const { ran, events } = watch("up", "--yes", "--skip-preview");
        assert.equal(ran.status, 0, failureOf(ran));
        const family = new RemoteFamily(plan, stateOf(trial.pulumi));
        const said = (
          breaches: readonly { policy: string; level: string; urn: string | null }[],
        ): readonly string[] =>
          breaches
            .filter(({ urn }) => urn === null || !(family.isComponent(urn) || family.isChild(urn)))
            .map(({ policy, level, urn }) => `${level} ${policy} ${urn ?? ""}`)
            .sort();
        const offline = judge(plan, { environment: environmentOf(trial.stack) });
        assert.deepEqual(said(events.breaches), said(offline.violations));
      });

      it("registers what the offline preview shows, save what is explained", () => {
        const differences = compare(plan, stateOf(trial.pulumi));
        const unexplained = differences.filter((difference) => difference.reason === undefined);
        assert.deepEqual(unexplained, []);
        print(differences, plan.length);
      });

      if (cloud === "aws") {
        it("reaches into the remote cluster: its creator is no administrator, and zonal shift is on", () => {
          const type = "aws:eks/cluster:Cluster";
          const controlPlanes = stateOf(trial.pulumi).filter((made) => made.type === type && made.custom);
          assert.deepEqual(
            controlPlanes.map(({ inputs }) => [inputs["accessConfig"], inputs["zonalShiftConfig"]]),
            [
              [
                { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
                { enabled: true },
              ],
            ],
          );
        });
      }

      it("keeps no secret in clear in its state", () => {
        const made = plaintextSecrets(trial.pulumi.quiet("stack", "export", "--show-secrets"));
        assert.ok(made.length > 0, "expected secrets in the state, found none");
        const { secretKeys, config } = trial.stack;
        const secrets = [...made, ...secretKeys.map((key) => ({ where: key, text: config[key] ?? "" }))];
        for (const [file, text] of stateFiles(directory)) {
          const clear = secrets.filter((secret) => text.includes(secret.text));
          assert.deepEqual(
            clear.map((secret) => secret.where),
            [],
            `${file} holds secrets in clear`,
          );
        }
      });

      it("has nothing to change when run again", () => {
        const ran = trial.pulumi.captured("preview", "--expect-no-changes", "--diff", ...policy);
        assert.equal(ran.status, 0, failureOf(ran));
      });

      it("refuses to be destroyed while it is protected, and loses nothing", () => {
        const held = stateOf(trial.pulumi).length;
        const { status, stdout, stderr } = trial.pulumi.captured("destroy", "--yes");
        assert.notEqual(status, 0);
        assert.match(stdout + stderr, /cannot be deleted\s+because it is protected/);
        assert.equal(stateOf(trial.pulumi).length, held);
      });

      it("is destroyed whole once its protection is taken away", () => {
        trial.pulumi.quiet("state", "unprotect", "--all", "--yes");
        const ran = trial.pulumi.captured("destroy", "--yes", "--skip-preview");
        assert.equal(ran.status, 0, failureOf(ran));
        assert.deepEqual(stateOf(trial.pulumi), []);
      });
    });
  }
});

/** Every file of the backend: state, its backups and history. */
function stateFiles(directory: string): readonly (readonly [string, string])[] {
  const backend = join(directory, "backend");
  return readdirSync(backend, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => [file, readFileSync(file, "utf8")] as const);
}

function print(differences: readonly Difference[], planned: number): void {
  const counts = new Map<string, number>();
  for (const { reason = "unexplained" } of differences) {
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const list = [...counts].map(([reason, count]) => `${reason} ${count}`).join(", ");
  process.stdout.write(`      ${planned} planned; differences: ${list === "" ? "none" : list}\n`);
}
