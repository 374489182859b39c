import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type PackConfig, packConfig } from "../../policy/config";
import { rules } from "../../policy/rules";
import type { Json, PlanResource, PolicyReport } from "../../preview/plan";
import { judge } from "../../preview/policy";
import { readStack } from "../../preview/stack";
import { planOfBadStack } from "../policy/bad/judged";
import { type Breach, type Events, readEvents } from "./events";
import { failureOf, oneLine } from "./output";
import { pulumiVersion } from "./pulumi";
import { openWorkspace, type Workspace } from "./workspace";

const root = resolve(__dirname, "../..");
const folder = "test/policy/bad";
const prefix = "urn:pulumi:prod::groundwork::";

const mending = rules.filter(({ mends }) => mends.length > 0);
const tags = { environment: "prod", owner: "shop", "cost-center": "4711", "managed-by": "pulumi" };

/** Prod's settings, with every rule that mends at the level `remediate`; the others at prod's own levels, or off. */
function remediating(others: "judging" | "off"): PackConfig {
  const config = packConfig(rules, "prod");
  const levels = mending.map(({ id }) => [id, { ...config[id], enforcementLevel: "remediate" }] as const);
  const off = Object.keys(config).map((id) => [id, { enforcementLevel: "disabled" }] as const);
  const mends: PackConfig = Object.fromEntries(levels);
  return {
    ...(others === "off" ? Object.fromEntries(off) : config),
    ...mends,
    "all-required-tags": { ...mends["all-required-tags"], enforcementLevel: "remediate", values: tags },
  };
}

/** What is mended of some, by type and name: paths of the inputs with what stands there then. */
const changes: Readonly<Record<string, Readonly<Record<string, Json>>>> = {
  "aws:ec2/launchTemplate:LaunchTemplate::nodes": {
    "metadataOptions.httpPutResponseHopLimit": 1,
    "metadataOptions.httpTokens": "required",
  },
  // three rules, one after the other
  "aws:opensearch/domain:Domain::search": {
    "domainEndpointOptions.enforceHttps": true,
    "domainEndpointOptions.tlsSecurityPolicy": "Policy-Min-TLS-1-2-PFS-2023-10",
    "encryptAtRest.enabled": true,
    "nodeToNodeEncryption.enabled": true,
  },
  "aws:rds/instance:Instance::shop": { deletionProtection: true, publiclyAccessible: false },
  "gcp:kms/cryptoKey:CryptoKey::seal": { rotationPeriod: "7776000s" },
  "gcp:sql/databaseInstance:DatabaseInstance::legacy": {
    deletionProtection: true,
    "settings.deletionProtectionEnabled": true,
    "settings.ipConfiguration": { sslMode: "ENCRYPTED_ONLY" },
  },
  "gcp:storage/bucket:Bucket::invoices": { publicAccessPrevention: "enforced" },
  // a provider's inputs cross the wire as text
  "pulumi:providers:aws::amazon": { defaultTags: JSON.stringify({ tags }) },
  "pulumi:providers:gcp::google": { defaultLabels: JSON.stringify(tags) },
};

describe("remediation under the real engine", function () {
  const version = pulumiVersion();
  if (version === undefined) {
    it("needs the Pulumi CLI and its Node.js language host on the PATH: skipped");
    return;
  }

  let directory: string;
  let workspace: Workspace;
  let plan: readonly PlanResource[];

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "groundwork-remediation-"));
    plan = await planOfBadStack("unknown");
    const stack = readStack({ root: join(root, folder), stack: "prod", set: [] });
    const outputs = join(root, folder, "table.ts");
    workspace = openWorkspace(root, directory, stack, { folder, outputs });
  });
  after(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  /** The options of a run with the pack at those levels. */
  function policyOptions(config: PackConfig): readonly string[] {
    const levels = join(directory, "levels.json");
    writeFileSync(levels, JSON.stringify(config));
    return ["--policy-pack", join(workspace.project, "policy"), "--policy-pack-config", levels];
  }

  describe(`a first preview of the stack of mistakes, pulumi ${version}`, () => {
    let offline: PolicyReport;
    let events: Events;
    let said: string;

    before(() => {
      const config = remediating("judging");
      offline = judge(plan, { environment: "prod", config });
      const log = join(directory, "preview.jsonl");
      said = failureOf(workspace.pulumi.captured("preview", "--event-log", log, ...policyOptions(config)));
      events = readEvents(log);
    });

    it("mends by the same rules the same resources as offline", () => {
      assert.ok(offline.remediated.length > 30, String(offline.remediated.length));
      assert.deepEqual(named(events.remediated), named(offline.remediated), said);
      const of = new Set(events.remediated.map(({ policy }) => policy)).size;
      process.stdout.write(
        `      ${plan.length} previewed, ${events.remediated.length} remediations by ${of} of ${mending.length} rules\n`,
      );
    });

    it("leaves the same breaches as offline, and the same verdicts to the update", () => {
      assert.deepEqual(named(events.breaches), named(offline.violations));
      assert.deepEqual(named(events.undecided), named(offline.open));
    });

    it("hands the providers what is mended, and all else as the program has it", () => {
      const mended = new Set(events.remediated.map(({ urn }) => urn));
      const found: Record<string, Readonly<Record<string, Json>>> = {};
      for (const { urn, custom, inputs } of plan) {
        if (!custom) continue;
        const handed = events.handed.get(urn);
        assert.ok(handed !== undefined, urn);
        const changed = changedIn(inputs, handed.inputs);
        if (mended.has(urn)) found[urn.slice(prefix.length)] = changed;
        else assert.deepEqual(changed, {}, urn);
        // the stand-in echoes what it was given
        for (const [path, value] of Object.entries(changed))
          assert.deepEqual(at(handed.outputs, path), value, `${urn} ${path}`);
      }
      assert.ok(Object.values(found).every((changed) => Object.keys(changed).length > 0));
      for (const [name, expected] of Object.entries(changes)) assert.deepEqual(found[name], expected);
    });

    it("leaves nothing to mend", () => {
      const registered = plan.map((each) => ({
        ...each,
        inputs: events.handed.get(each.urn)?.inputs ?? each.inputs,
      }));
      const again = judge(registered, { environment: "prod", config: remediating("judging") });
      assert.deepEqual(again.remediated, []);
      assert.deepEqual(named(again.violations), named(offline.violations));
    });
  });

  describe(`an update of it, pulumi ${version}`, () => {
    /** No setting alone mends a listener without a certificate. */
    const config: PackConfig = {
      ...remediating("off"),
      "aws-lb-tls": { enforcementLevel: "disabled" },
    };

    it("registers what is mended", () => {
      const log = join(directory, "up.jsonl");
      const options = ["--event-log", log, "--yes", "--skip-preview", ...policyOptions(config)];
      const ran = workspace.pulumi.captured("up", ...options);
      assert.equal(ran.status, 0, failureOf(ran));
      const known = judge(plan, { environment: "prod", config });
      assert.deepEqual(named(readEvents(log).remediated), named(known.remediated));
    });

    it("has nothing to change where it is run again", () => {
      const options = ["--expect-no-changes", ...policyOptions(config)];
      const ran = workspace.pulumi.captured("preview", ...options);
      assert.equal(ran.status, 0, failureOf(ran));
    });

    it("is what the program says again without the pack", () => {
      const ran = workspace.pulumi.captured("preview", "--expect-no-changes");
      assert.notEqual(ran.status, 0, failureOf(ran));
      assert.match(oneLine(ran), /no changes were expected/i);
    });
  });
});

/** Rule and resource, or the stack's own URN where a rule names none. */
function named(
  found: readonly (Pick<Breach, "policy"> & { readonly urn: string | null })[],
): readonly string[] {
  const lines = found.map(
    ({ policy, urn }) => `${policy} ${urn?.includes("::pulumi:pulumi:Stack::") === false ? urn : ""}`,
  );
  return [...new Set(lines)].sort();
}

/** What the engine itself writes into a provider's inputs. */
const ofEngine: ReadonlySet<string> = new Set(["version", "__internal"]);

/** The inputs that are no longer what the program said, by path. */
function changedIn(
  before: Readonly<Record<string, Json>>,
  after: Readonly<Record<string, Json>>,
): Readonly<Record<string, Json>> {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return Object.fromEntries(
    keys
      .filter((key) => !ofEngine.has(key))
      .flatMap((key) => {
        const [was = null, is = null] = [before[key], after[key]];
        if (isDeepStrictEqual(was, is)) return [];
        if (!isMap(was) || !isMap(is)) return [[key, is] as const];
        return Object.entries(changedIn(was, is)).map(
          ([inner, value]) => [`${key}.${inner}`, value] as const,
        );
      }),
  );
}

function isMap(value: Json): value is Readonly<Record<string, Json>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a path of properties, null where there is none. */
function at(value: Json, path: string): Json {
  return path.split(".").reduce<Json>((inner, key) => (isMap(inner) ? (inner[key] ?? null) : null), value);
}
