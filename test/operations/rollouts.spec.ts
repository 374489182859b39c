import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Check, ofDeployment } from "../../operations/health/check";
import { checkRollouts, rolloutsOf } from "../../operations/health/rollouts";
import { planOf } from "../support/plans";
import { type Answer, type Called, fakeRun, operations } from "./support";

const root = join(__dirname, "../..");
const planned = { namespace: "shop", name: "till", minutes: 17 };
const kubeconfig = '{"clusters":[]}';

interface Status {
  readonly phase?: string;
  readonly message?: string;
  readonly observedGeneration?: string;
  readonly currentPodHash?: string;
  readonly stableRS?: string;
  readonly pauseConditions?: readonly { readonly reason: string }[];
}

/** A Rollout as the cluster tells of it. */
function rollout({ name = "till", namespace = "shop", status = {} as Status, strategy = {} }): object {
  return {
    metadata: { name, namespace, generation: 4 },
    spec: { strategy },
    status: { observedGeneration: "4", currentPodHash: "abc", ...status },
  };
}

/** A machine whose cluster has these. */
const clusterOf = (items: readonly object[]) =>
  fakeRun(({ program }) => (program === "pulumi" ? kubeconfig : JSON.stringify({ items })));

const seenOf = async (status: Status, strategy = {}): Promise<Partial<Check>> => {
  const { run } = clusterOf([rollout({ status, strategy })]);
  const [check] = await checkRollouts([planned], { root, stack: "prod" }, run);
  return {
    state: check?.state,
    ...(check?.pending !== undefined && { pending: check.pending }),
  } as Partial<Check>;
};

describe("How far a Rollout is", () => {
  const manual = { blueGreen: { autoPromotionEnabled: false } };
  const rows: readonly (readonly [string, Status, object, Partial<Check>])[] = [
    ["well once it is Healthy", { phase: "Healthy" }, {}, { state: "ok" }],
    ["bad once it is Degraded", { phase: "Degraded", message: "RolloutAborted" }, {}, { state: "bad" }],
    ["awaited while it goes on", { phase: "Progressing" }, {}, { state: "unknown", pending: "judgement" }],
    [
      "awaited in a pause between two steps",
      { phase: "Paused", pauseConditions: [{ reason: "CanaryPauseStep" }] },
      {},
      { state: "unknown", pending: "judgement" },
    ],
    [
      "awaited while its controller has not seen the update",
      { phase: "Healthy", observedGeneration: "3" },
      {},
      { state: "unknown", pending: "judgement" },
    ],
    [
      "somebody's to say where it is promoted by hand",
      { phase: "Paused", pauseConditions: [{ reason: "BlueGreenPause" }] },
      manual,
      { state: "unknown", pending: "promotion" },
    ],
    [
      "not somebody's to say before it stands beside the other",
      { phase: "Progressing" },
      manual,
      { state: "unknown", pending: "judgement" },
    ],
  ];
  for (const [what, status, strategy, want] of rows) {
    it(`is ${what}`, async () => {
      assert.deepEqual(await seenOf(status, strategy), want);
    });
  }

  it("is asked of the stack's own cluster, once a namespace, and the file that signs in goes away", async () => {
    let file = "";
    const { run, calls } = fakeRun(({ program, args }) => {
      if (program === "pulumi") return kubeconfig;
      file = args[args.indexOf("--kubeconfig") + 1] ?? "";
      assert.equal(readFileSync(file, "utf8"), kubeconfig);
      return JSON.stringify({ items: [rollout({}), rollout({ name: "web" })] });
    });
    const two = [planned, { ...planned, name: "web" }];
    const checks = await checkRollouts(two, { root, stack: "prod" }, run);
    assert.deepEqual(
      checks.map(({ what }) => what),
      ["shop/till", "shop/web"],
    );
    assert.deepEqual(
      calls.map(({ program, args }) => [program, ...args].filter((arg) => arg !== file)),
      [
        ["pulumi", "stack", "output", "kubeconfig", "--show-secrets", "--stack", "prod", "--non-interactive"],
        [
          ...["kubectl", "--kubeconfig", "--namespace", "shop", "--request-timeout", "20s"],
          ...["get", "rollouts.argoproj.io", "--output", "json"],
        ],
      ],
    );
    assert.equal(existsSync(file), false);
  });

  for (const [what, answer, seen] of [
    ["kubectl is missing", undefined, /^kubectl: expected it to be installed/],
    ["the cluster does not answer", { status: 1, stderr: "Unable to connect\nmore" }, /Unable to connect$/],
    ["it is not there", JSON.stringify({ items: [] }), /^no such Rollout$/],
    ["the answer is none", "<html>", /JSON/],
  ] as const) {
    it(`is unknown where ${what}`, async () => {
      const { run } = fakeRun(({ program }): Answer => (program === "pulumi" ? kubeconfig : answer));
      const [check] = await checkRollouts([planned], { root, stack: "prod" }, run);
      assert.equal(check?.state, "unknown");
      assert.match(check.seen, seen);
    });
  }

  it("is not asked where there is none", async () => {
    const { run, calls } = clusterOf([]);
    assert.deepEqual(await checkRollouts([], { root, stack: "prod" }, run), []);
    assert.deepEqual(calls, []);
  });

  it("is a deployment's unless it is the stable version that was bad before as well", async () => {
    const degraded = async (currentPodHash: string, stableRS: string) => {
      const status = { phase: "Degraded", currentPodHash, stableRS };
      const { run } = clusterOf([rollout({ status })]);
      return await checkRollouts([planned], { root, stack: "prod" }, run);
    };
    const [refused, stable] = [await degraded("a", "z"), await degraded("a", "a")];
    assert.deepEqual(ofDeployment(refused, refused), refused);
    assert.deepEqual(ofDeployment(stable, stable), []);
    assert.deepEqual(ofDeployment(stable, await degraded("b", "b")), stable);
    assert.deepEqual(ofDeployment(stable, []), stable);
  });

  it("is known to take as long as its pauses and its pods may", async () => {
    const found = rolloutsOf(await planOf("prod", "blueprint=explico"));
    assert.deepEqual(
      found.map(({ namespace, name, minutes }) => `${namespace}/${name} ${minutes}`).sort(),
      // 2 and 5 minutes of a canary; 5 minutes of judgement and 5 more in which the version before is kept; 10 to start
      ["explico/backend 17", "explico/frontend 20"],
    );
    assert.deepEqual(rolloutsOf(await planOf("dev", "blueprint=seo-platform")), []);
  });
});

describe("operations deploy, of a stack whose new versions are judged after the update", function () {
  this.timeout(240_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "groundwork-judged-"));
    copyFileSync(join(root, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
    const stack = readFileSync(join(root, "Pulumi.prod.yaml"), "utf8");
    const of = stack.replace(/^( *groundwork:blueprint:).*$/m, "$1 explico");
    assert.notEqual(of, stack);
    writeFileSync(join(folder, "Pulumi.prod.yaml"), of);
    // the program itself is this checkout's
    writeFileSync(join(folder, "index.ts"), `export = require(${JSON.stringify(join(root, "index.ts"))});\n`);
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const isUp = ({ program, args }: Called) => program === "pulumi" && args[0] === "up";

  /**
   * Deploys on a machine whose cluster tells these phases of `frontend` one after the other, the last one for ever, and another
   * one before the update.
   */
  async function deploy(
    phases: readonly Status[],
    { isInstalled = true, earlier }: { readonly isInstalled?: boolean; readonly earlier?: Status } = {},
  ) {
    let minutes = 0;
    let looks = 0;
    const fake = fakeRun(({ program, args }): Answer => {
      if (program === "git" || program === "npm") return "";
      if (program === "pulumi") return args[0] === "stack" ? kubeconfig : "";
      if (program !== "kubectl" || !isInstalled) return undefined;
      if (args[0] === "version") return "Client Version: v1.35.0";
      const healthy = { phase: "Healthy" };
      const hasUpdated = fake.calls.some(isUp);
      const later = () => phases[Math.min(looks++, phases.length - 1)];
      const status = (hasUpdated ? later() : earlier) ?? healthy;
      const items = [
        rollout({ name: "frontend", namespace: "explico", status }),
        rollout({ name: "backend", namespace: "explico", status: healthy }),
      ];
      return JSON.stringify({ items });
    });
    const ended = await operations(
      {
        run: fake.run,
        ask: () => Promise.resolve({ status: 200, text: "" }),
        certificateOf: () => Promise.resolve({ validTo: new Date("2027-11-21T12:00:00Z"), trusted: true }),
        now: () => new Date(Date.UTC(2026, 10, 21, 12, minutes)),
        sleep: () => {
          minutes += 1;
          return Promise.resolve();
        },
      },
      ...["deploy", "-C", folder, "--stack", "prod", "--yes", "--health-wait", "3"],
    );
    const isRecorded = fake.calls.some(({ args }) => args.includes("tag"));
    return { ...ended, isRecorded, minutes, hasUpdated: fake.calls.some(isUp) };
  }
  const underWay = {
    phase: "Paused",
    pauseConditions: [{ reason: "CanaryPauseStep" }],
    currentPodHash: "new",
  };

  it("records it as good once all of them are Healthy, however long its health is waited for", async () => {
    const phases = [...Array<Status>(9).fill(underWay), { phase: "Healthy", currentPodHash: "new" }];
    const { status, stdout, stderr, isRecorded, minutes } = await deploy(phases);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /✓ rollout +explico\/frontend +Healthy/);
    assert.deepEqual({ isRecorded, minutes }, { isRecorded: true, minutes: 9 });
  });

  it("ends with 4 as soon as one is judged badly, and records nothing", async () => {
    const refused = { phase: "Degraded", message: "RolloutAborted: metric failed", currentPodHash: "new" };
    const { status, stdout, isRecorded, minutes } = await deploy([underWay, refused]);
    assert.deepEqual({ status, isRecorded, minutes }, { status: 4, isRecorded: false, minutes: 1 });
    assert.match(stdout, /✗ rollout +explico\/frontend +Degraded: RolloutAborted: metric failed/);
  });

  it("ends with 4 where the same is deployed again that was judged badly, which changes nothing", async () => {
    const refused = { phase: "Degraded", currentPodHash: "new", stableRS: "old" };
    const { status, isRecorded, minutes } = await deploy([refused], { earlier: refused });
    assert.deepEqual({ status, isRecorded, minutes }, { status: 4, isRecorded: false, minutes: 0 });
  });

  const down = { phase: "Degraded", message: "timed out", currentPodHash: "old", stableRS: "old" };
  it("ends with 3 and records nothing where what was served before is Degraded, as it was", async () => {
    const { status, stdout, isRecorded, minutes } = await deploy([down], { earlier: down });
    assert.deepEqual({ status, isRecorded, minutes }, { status: 3, isRecorded: false, minutes: 23 });
    assert.match(stdout, /✗ rollout +explico\/frontend +Degraded: timed out/);
  });

  it("records it as good once that has come back", async () => {
    const phases = [down, down, { ...down, phase: "Healthy" }];
    const { status, isRecorded, minutes } = await deploy(phases, { earlier: down });
    assert.deepEqual({ status, isRecorded, minutes }, { status: 0, isRecorded: true, minutes: 2 });
  });

  it("ends with 3 where nobody can tell in the time that it has, and records nothing", async () => {
    const { status, stderr, isRecorded, minutes } = await deploy([underWay]);
    assert.deepEqual({ status, isRecorded }, { status: 3, isRecorded: false });
    // 20 that the slowest has, and 3 more
    assert.equal(minutes, 23);
    assert.match(
      stderr,
      /a version has not been judged well, see above; once it is, .* record-good --stack prod/,
    );
  });

  it("changes nothing where kubectl is missing, by which it would be asked", async () => {
    const { status, stderr, hasUpdated } = await deploy([], { isInstalled: false });
    assert.deepEqual({ status, hasUpdated }, { status: 3, hasUpdated: false });
    assert.match(stderr, /kubectl: expected it to be installed, found no such program/);
  });
});
