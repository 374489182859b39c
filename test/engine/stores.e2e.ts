import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { nameOf, typeOf } from "../../preview/urn";
import { type Events, readEvents } from "./events";
import { type Former, leave } from "./formerState";
import { failureOf, oneLine } from "./output";
import { type CommandResult, type Pulumi, pulumiVersion } from "./pulumi";
import { resolvedStack } from "./stack";
import { type Change, type Changes, prefix, stackName, storeTrials } from "./storeTrials";
import { type Facts, stateOf } from "./state";
import { openWorkspace } from "./workspace";

const root = resolve(__dirname, "../..");

describe("stores under the real engine", function () {
  const version = pulumiVersion();
  if (version === undefined) {
    it("needs the Pulumi CLI and its Node.js language host on the PATH: skipped");
    return;
  }

  for (const { cloud, blueprint, settings, minors, refused, majors, removed, fixed } of storeTrials) {
    describe(`${blueprint} in ${stackName} on ${cloud}, pulumi ${version}`, () => {
      let directory: string;
      let pulumi: Pulumi;
      let runs = 0;

      /** Runs a command with the stack's file changed. */
      const run = async (
        command: readonly string[],
        set: readonly string[],
        system: string = blueprint,
      ): Promise<{ ran: CommandResult; events: Events }> => {
        const all = [`cloud=${cloud}`, `blueprint=${system}`, `name=${prefix}`, ...set];
        const { stack } = await resolvedStack({ root, stack: stackName, set: all });
        ({ pulumi } = openWorkspace(root, directory, stack));
        const log = join(directory, `${++runs}.jsonl`);
        const ran = pulumi.captured(...command, "--event-log", log);
        return { ran, events: readEvents(log) };
      };
      const plan = (set: readonly string[], system?: string) => run(["preview"], set, system);
      /** What would be planned if the state were another, which it then is no more. */
      const planAs = async (former: readonly Former[], set: readonly string[]) => {
        const undo = leave(pulumi, former);
        try {
          return await plan(set);
        } finally {
          undo();
        }
      };
      const up = (set: readonly string[]) => run(["up", "--yes", "--skip-preview"], set);

      before(() => {
        directory = mkdtempSync(join(tmpdir(), "groundwork-stores-"));
      });
      after(() => {
        rmSync(directory, { recursive: true, force: true });
      });

      const from = [...settings, ...minors.flatMap((step) => step.from ?? [])];
      const to = [...settings, ...minors.flatMap((step) => step.to ?? [])];
      let planned: Changes;
      let made: Changes;

      it("is made of older versions, and planned and taken to newer ones all at once", async () => {
        const first = await up(from);
        assert.equal(first.ran.status, 0, failureOf(first.ran));
        leave(
          pulumi,
          minors.flatMap(({ left }) => left ?? []),
        );
        const next = await plan(to);
        assert.equal(next.ran.status, 0, failureOf(next.ran));
        planned = changesOf(next.events);
        const then = await up(to);
        assert.equal(then.ran.status, 0, failureOf(then.ran));
        made = changesOf(then.events);
      });

      for (const { title, changes } of minors) {
        it(`takes ${title} in place`, () => {
          const keys = Object.keys(changes);
          assert.deepEqual(only(planned, keys), changes);
          assert.deepEqual(only(made, keys), changes);
        });
      }

      it("changes nothing else with them, and plans what it then does", () => {
        assert.deepEqual(made, Object.assign({}, ...minors.map(({ changes }) => changes)));
        assert.deepEqual(planned, made);
      });

      for (const { title, settings: asked, left, message } of refused) {
        it(`refuses ${title}`, async () => {
          const { ran } = await planAs(left === undefined ? [] : [left], [...to, ...asked]);
          assert.notEqual(ran.status, 0);
          assert.match(oneLine(ran), message);
        });
      }

      const last = [...to, ...(majors?.settings ?? [])];
      if (majors !== undefined) {
        const { left, updated, deleted, letGo } = majors;

        if (letGo.length > 0) {
          it(`refuses another major while ${letGo[0] ?? ""} is protected`, async () => {
            const { ran, events } = await plan(last);
            assert.notEqual(ran.status, 0);
            // what the first of them needs would come after it
            assert.deepEqual(refusals(events), letGo.slice(0, 1));
          });
        }

        it("takes servers to another major in place where that is allowed", async () => {
          leave(pulumi, left);
          for (const { urn } of stateOf(pulumi).filter(({ urn }) => letGo.includes(nameOf(urn)))) {
            pulumi.quiet("state", "unprotect", urn, "--yes");
          }
          const { ran, events } = await up(last);
          assert.equal(ran.status, 0, failureOf(ran));
          const changes = changesOf(events);
          assert.deepEqual(only(changes, Object.keys(updated)), updated);
          assert.deepEqual(of(changes, "delete"), deleted);
          assert.deepEqual(of(changes, "replace"), {});
        });
      }

      for (const { blueprint: other, settings: asked, servers } of removed) {
        const stores = Object.keys(servers).join(", ");
        it(`refuses to be without ${stores}, and loses nothing`, async () => {
          const before = held(pulumi);
          // with the preview before it, as a person has it
          const { ran, events } = await run(["up", "--yes"], asked, other);
          assert.notEqual(ran.status, 0);
          for (const [store, types] of Object.entries(servers)) {
            const kept = events.errors.filter(
              ({ urn }) => types.includes(typeOf(urn)) && nameOf(urn).startsWith(`${prefix}-${store}`),
            );
            assert.ok(
              kept.length > 0,
              `${store} is refused by none of: ${events.errors.map(({ urn, message }) => `${nameOf(urn)} ${message}`).join("; ")}`,
            );
            for (const { message } of kept)
              assert.match(message, /cannot be deleted because it is protected/);
          }
          assert.deepEqual(held(pulumi), before);
        });
      }

      it(`refuses to replace ${fixed.map(({ name }) => name).join(", ")}`, async () => {
        const { ran, events } = await planAs(fixed, last);
        assert.notEqual(ran.status, 0);
        const refusedToReplace = new Map(events.errors.map(({ urn, message }) => [nameOf(urn), message]));
        for (const { name } of fixed) {
          assert.match(
            refusedToReplace.get(name) ?? "",
            new RegExp(`unable to replace resource .*::${name}" as it is currently marked for protection`),
          );
        }
      });

      it("has nothing left to change", async () => {
        const { ran } = await run(["preview", "--expect-no-changes"], last);
        assert.equal(ran.status, 0, failureOf(ran));
      });
    });
  }
});

/** What the engine does, by type and name of the resource; what stays as it is, or is only read, aside. */
function changesOf({ steps }: Events): Changes {
  const changes = new Map<string, Change>();
  for (const { urn, op } of steps) {
    const key = `${typeOf(urn)} ${nameOf(urn)}`;
    if (op === "same" || op === "read") continue;
    changes.set(key, changeOf(op));
  }
  return Object.fromEntries(changes);
}

function changeOf(op: string): Change {
  if (op.includes("replace")) return "replace";
  if (op === "create" || op === "update" || op === "delete") return op;
  throw new Error(`expected a change of a resource, got the step ${op}`);
}

function only(changes: Changes, keys: readonly string[]): Changes {
  return Object.fromEntries(Object.entries(changes).filter(([key]) => keys.includes(key)));
}

function of(changes: Changes, change: Change): Changes {
  return Object.fromEntries(Object.entries(changes).filter(([, found]) => found === change));
}

/** Names of the resources that the engine refused to delete. */
function refusals({ errors }: Events): readonly string[] {
  return errors
    .filter(({ message }) => message.includes("cannot be deleted"))
    .map(({ urn }) => nameOf(urn))
    .sort();
}

function held(pulumi: Pulumi): readonly Facts[] {
  return [...stateOf(pulumi)].sort((a, b) => (a.urn < b.urn ? -1 : 1));
}
