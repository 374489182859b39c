import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blueprints } from "../../blueprints/catalogue";
import { clouds } from "../../components/cloud";
import { planRouteChecks, urlOf } from "../../components/metrics/routeChecks";
import { planSlos } from "../../components/slo/plan";
import { budgetOf } from "../../components/slo/slo";
import { routesOf } from "../../operations/health/routes";
import { promisesOf } from "../../operations/load/objectives";
import { k6Script, type ScriptArgs, stagesOf } from "../../operations/load/script";
import { addressLimitOf, servedBy } from "../../operations/load/served";
import { planOf } from "../support/plans";
import { needTool } from "../support/tools";
import { fakeRun, operations } from "./support";

const root = join(__dirname, "../..");
const domain = "seo.example.com";

async function scriptOf(...set: readonly string[]): Promise<string> {
  const resources = await planOf("prod", ...set);
  const routes = servedBy(routesOf(resources), resources);
  return k6Script({ stack: "prod", routes, promises: promisesOf(resources), profile: { rps: 20 } });
}

/** What a script tells k6, and what it asks for in each of its scenarios. */
interface Evaluated {
  readonly options: {
    readonly scenarios: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    readonly thresholds: Readonly<Record<string, readonly string[]>>;
  };
  readonly requests: readonly {
    readonly scenario: string;
    readonly url: string;
    readonly params: Readonly<Record<string, unknown>>;
    readonly checks: readonly boolean[];
  }[];
}

/** Runs a script on Node.js, with modules of k6's names that only write down what they are asked for. */
function evaluate(script: string, body = ""): Evaluated {
  const folder = mkdtempSync(join(tmpdir(), "groundwork-load-"));
  const write = (file: string, text: string) => {
    writeFileSync(join(folder, file), text);
  };
  try {
    mkdirSync(join(folder, "node_modules/k6/http"), { recursive: true });
    write("package.json", '{"type": "module"}');
    write(
      "node_modules/k6/package.json",
      '{"type": "module", "exports": {".": "./k6.js", "./http": "./http.js"}}',
    );
    write(
      "node_modules/k6/http.js",
      `export default {
        expectedStatuses: (...statuses) => statuses,
        get: (url, params) => {
          globalThis.requests.push({ scenario: __ENV.ROUTE, url, params, checks: [] });
          return { body: ${JSON.stringify(body)} };
        },
      };`,
    );
    write(
      "node_modules/k6/k6.js",
      "export const check = (value, sets) => { for (const of of Object.values(sets)) requests.at(-1).checks.push(of(value)); };",
    );
    write("load.js", script);
    write(
      "main.js",
      `globalThis.requests = [];
      globalThis.__ENV = {};
      const module = await import("./load.js");
      for (const { exec, env } of Object.values(module.options.scenarios)) {
        globalThis.__ENV = env;
        module[exec]();
      }
      console.log(JSON.stringify({ options: module.options, requests }));`,
    );
    const ended = spawnSync(process.execPath, [join(folder, "main.js")], { encoding: "utf8" });
    assert.equal(ended.status, 0, ended.stderr);
    return JSON.parse(ended.stdout) as Evaluated;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("The script of a load test", () => {
  it("goes from the normal load to ten times as much in a minute, holds it, and goes back", () => {
    assert.deepEqual(
      stagesOf({ rps: 7 }).map(({ duration, target }) => `${target} in ${duration}`),
      ["7 in 2m", "70 in 1m", "70 in 300s", "7 in 1m", "7 in 2m"],
    );
  });

  for (const [name, { services }] of Object.entries(blueprints)) {
    for (const cloud of clouds) {
      it(`asks for every public route of ${name} on ${cloud}, and is judged by what is promised of its services`, async () => {
        const { options, requests } = evaluate(await scriptOf(`blueprint=${name}`, `cloud=${cloud}`));
        const checks = planRouteChecks(services, domain);
        assert.notEqual(checks.length, 0);
        assert.deepEqual(
          requests.map(({ url }) => url).sort(),
          checks.map(urlOf).sort(),
          "each public route, once",
        );

        const expected: Record<string, readonly string[]> = { dropped_iterations: ["count==0"] };
        for (const { service } of checks) {
          const spec = services[service];
          assert.ok(spec);
          // who measures it makes no difference to what is promised
          for (const slo of planSlos(service, spec, { namespace: name, measured: "mesh" })) {
            if (slo.kind === "availability") {
              expected[`http_req_failed{service:${service}}`] = [`rate<${budgetOf(slo)}`];
            }
            if (slo.indicator.of === "durations") {
              const { objectivePercent: percent, indicator } = slo;
              const bound = `p(${percent})<${indicator.thresholdMilliseconds}`;
              expected[`http_req_duration{service:${service},expected_response:true}`] = [bound];
            }
          }
        }
        assert.deepEqual(options.thresholds, expected);
      });
    }
  }

  it("shares the load between routes, each tagged with its service, and gives each as much as its answers may take", async () => {
    const { options, requests } = evaluate(await scriptOf("blueprint=explico"));
    const of = (end: string) => {
      const scenario = requests.find(({ url }) => url.endsWith(end))?.scenario ?? "";
      return options.scenarios[scenario];
    };
    assert.equal(requests.length, 2);
    const frontend = of(`${domain}/`);
    assert.deepEqual(frontend?.["tags"], { service: "frontend" });
    assert.deepEqual(of("/api/healthz")?.["tags"], { service: "backend" });
    assert.deepEqual([frontend["startRate"], frontend["timeUnit"]], [20, "2s"]);
    // 100 a second at the highest, a second each
    assert.deepEqual([frontend["preAllocatedVUs"], frontend["maxVUs"]], [100, 500]);
    assert.deepEqual(frontend["stages"], stagesOf({ rps: 20 }));
  });

  const routes = [{ url: "https://example.com/api", service: "api", expect: "answer" }] as const;
  const made = (args: Partial<ScriptArgs>) =>
    k6Script({ stack: "x", routes, promises: new Map(), profile: { rps: 1 }, ...args });

  it("takes for an answer what the platform's own check does, and follows no redirection", () => {
    for (const [body, own] of [
      ["<center>nginx</center>", false],
      ["not found", true],
    ] as const) {
      const [request] = evaluate(made({}), body).requests;
      const statuses = request?.params["responseCallback"];
      assert.ok(Array.isArray(statuses) && statuses.includes(404) && !statuses.includes(503));
      assert.equal(request?.params["redirects"], 0);
      assert.equal(request.params["responseType"], "text");
      assert.deepEqual(request.checks, [own]);
    }
    const [success] = evaluate(
      made({ routes: [{ url: "https://example.com/", service: "web", expect: "success" }] }),
    ).requests;
    assert.equal(success?.params["responseType"], "none");
    assert.deepEqual(success.checks, []);
  });

  it("has room for answers that may take longer, and fails where too many are the way in's own", () => {
    const promises = new Map([["api", { failures: 0.005, percent: 95, milliseconds: 2500 }]]);
    const { options } = evaluate(made({ promises, profile: { rps: 4 } }));
    assert.deepEqual(options.thresholds["checks{service:api}"], ["rate>0.995"]);
    assert.equal(options.scenarios["route_0"]?.["preAllocatedVUs"], 100);
  });

  it("is none where there is no route to ask for", () => {
    assert.throws(
      () => made({ routes: [] }),
      /x: expected public routes that its monitoring checks, found none/,
    );
  });

  it("is one that k6 reads", async function () {
    const k6 = needTool(this, "k6");
    const folder = mkdtempSync(join(tmpdir(), "groundwork-k6-"));
    try {
      const file = join(folder, "load.js");
      writeFileSync(file, await scriptOf("blueprint=suuupra"));
      const inspected = spawnSync(k6, ["inspect", file], { encoding: "utf8" });
      assert.equal(inspected.status, 0, inspected.stderr);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("What a load test reads of a plan", () => {
  const route = (service: string, path: string, host = "example.com") =>
    ({
      type: "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute",
      inputs: {
        metadata: { labels: { "app.kubernetes.io/name": service } },
        spec: { hostnames: [host], rules: [{ matches: [{ path: { type: "PathPrefix", value: path } }] }] },
      },
    }) as const;

  it("knows whose a route is by the longest path that it is below, on its own host", async () => {
    const [any] = await planOf("prod");
    assert.ok(any);
    const resources = [
      route("web", "/"),
      route("api", "/api"),
      route("other", "/api/v2", "else.example.com"),
    ].map((one) => ({ ...any, ...one }));
    const of = (path: string) =>
      servedBy([{ url: `https://example.com${path}`, expect: "success" }], resources)[0]?.service;
    assert.deepEqual([of("/"), of("/apis"), of("/api"), of("/api/v2")], ["web", "web", "api", "api"]);
    assert.throws(
      () => servedBy([{ url: "https://nowhere.example.com/", expect: "success" }], resources),
      /nowhere\.example\.com\/: expected a route that serves it, found none/,
    );
  });

  for (const cloud of clouds) {
    it(`knows how much of one address the firewall on ${cloud} lets through`, async () => {
      assert.deepEqual(addressLimitOf(await planOf("prod", "blueprint=suuupra", `cloud=${cloud}`)), {
        requests: 2000,
        seconds: 300,
      });
    });
  }
});

describe("operations load-test", () => {
  const loadTest = (...flags: readonly string[]) => ["load-test", "-C", root, ...flags];

  for (const [status, ended] of [
    [0, 0],
    [99, 1],
    [107, 3],
  ] as const) {
    it(`ends with ${ended} where k6 ends with ${status}`, async () => {
      let script = "";
      const { run, calls } = fakeRun(({ args }) => {
        script = readFileSync(args.at(-1) ?? "", "utf8");
        return { status };
      });
      // dev has no firewall before it
      const given = await operations({ run }, ...loadTest("--stack", "dev", "--rps", "3", "--run"));
      assert.equal(given.status, ended, given.stderr);
      assert.deepEqual(
        calls.map(({ program, args }) => [program, args[0]]),
        [["k6", "run"]],
      );
      assert.equal(evaluate(script).options.scenarios["route_0"]?.["startRate"], 3);
    });
  }

  it("prints the script, or writes it, and runs nothing unless it is told to", async () => {
    const { run, calls } = fakeRun(() => ({ status: 99 }));
    const printed = await operations({ run }, ...loadTest("--stack", "prod"));
    assert.equal(printed.status, 0);
    assert.match(printed.stdout, /https:\/\/seo\.example\.com\//);
    assert.match(
      printed.stderr,
      /^note: edge\.requestsPerFiveMinutes: expected 60000 or more .* got 2000; raise it/,
    );
    const folder = mkdtempSync(join(tmpdir(), "groundwork-load-"));
    try {
      const file = join(folder, "load.js");
      const written = await operations({ run }, ...loadTest("--stack", "prod", "--out", file));
      assert.deepEqual([written.status, written.stdout], [0, `${file}\n`]);
      assert.equal(readFileSync(file, "utf8"), printed.stdout);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    assert.deepEqual(calls, []);
  });

  it("runs nothing on production that nobody said yes to, nor where the firewall would refuse its address", async () => {
    const { run, calls } = fakeRun(() => "");
    for (const [flags, said] of [
      [["--stack", "prod", "--run"], /--yes: expected to load prod, whose environment is prod, got nothing/],
      [["--stack", "prod", "--run", "--yes"], /edge\.requestsPerFiveMinutes: expected 60000 or more/],
      [["--stack", "staging", "--run"], /edge\.requestsPerFiveMinutes: expected 60000 or more/],
      [["--stack", "dev", "--rps", "0", "--run"], /--rps: expected 1 or more, got 0/],
    ] as const) {
      const refused = await operations({ run }, ...loadTest(...flags));
      assert.equal(refused.status, 2, flags.join(" "));
      assert.match(refused.stderr, said);
    }
    assert.deepEqual(calls, []);
  });

  it("says that k6 is not there", async () => {
    const missing = await operations({}, ...loadTest("--stack", "dev", "--run"));
    assert.equal(missing.status, 3);
    assert.match(missing.stderr, /k6: expected it to be installed, found no such program/);
  });
});
