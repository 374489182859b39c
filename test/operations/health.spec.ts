import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blueprints } from "../../blueprints/catalogue";
import { clouds } from "../../components/cloud";
import { planRouteChecks, urlOf } from "../../components/metrics/routeChecks";
import { checkBudgets, objectivesOf } from "../../operations/health/budgets";
import { certificateOf, checkCertificate } from "../../operations/health/certificates";
import { type Check, ofDeployment, tableOf, worstOf } from "../../operations/health/check";
import { healthOf } from "../../operations/health/healthCommand";
import { checkLag, expressionOf, lagAlarmsOf } from "../../operations/health/lag";
import { queryOf } from "../../operations/health/prometheus";
import { askRoute, checkRoute } from "../../operations/health/routeCheck";
import { routesOf } from "../../operations/health/routes";
import { planOf } from "../support/plans";
import { needTool } from "../support/tools";
import { fakeRun, operations, serving } from "./support";

const root = join(__dirname, "../..");
const now = new Date("2026-11-21T12:00:00Z");
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000 + 1);

describe("Whether a route is served", () => {
  const cases: readonly (readonly ["success" | "answer", number, string, Check["state"]])[] = [
    ["success", 200, "", "ok"],
    ["success", 308, "", "ok"],
    ["success", 404, "", "bad"],
    ["success", 503, "", "bad"],
    ["answer", 404, "", "ok"],
    ["answer", 401, "", "ok"],
    ["answer", 404, "<center>nginx</center>", "bad"],
    ["answer", 403, "", "bad"],
    ["answer", 429, "", "bad"],
    ["answer", 500, "", "bad"],
  ];
  for (const [expect, status, text, state] of cases) {
    it(`is ${state} where ${expect} is wanted and ${status} comes${text === "" ? "" : " of the way in"}`, async () => {
      const check = await checkRoute({ url: "https://example.com/", expect }, () =>
        Promise.resolve({ status, text }),
      );
      assert.equal(check.state, state);
      assert.match(check.seen, new RegExp(`answered ${status}`));
    });
  }

  it("is bad where nothing answers, and follows no redirection", async () => {
    const refused = await checkRoute({ url: "http://127.0.0.1:1/", expect: "answer" }, askRoute);
    assert.equal(refused.state, "bad");
    assert.match(refused.seen, /no answer: /);
    await serving(
      () => ({ status: 302, text: "elsewhere" }),
      async (url, requests) => {
        assert.equal((await checkRoute({ url, expect: "success" }, askRoute)).seen, "answered 302");
        assert.equal(requests.length, 1);
      },
    );
  });

  for (const [name, blueprint] of Object.entries(blueprints)) {
    it(`is asked of every public route of ${name}`, async () => {
      const routes = routesOf(await planOf("prod", `blueprint=${name}`));
      const expected = planRouteChecks(blueprint.services, "seo.example.com").map(
        (check) => `${urlOf(check)} ${check.expect}`,
      );
      assert.notEqual(expected.length, 0);
      assert.deepEqual(routes.map(({ url, expect }) => `${url} ${expect}`).sort(), [...expected].sort());
    });
  }
});

describe("How long a certificate is good for", () => {
  for (const [days, trusted, state] of [
    [60, true, "ok"],
    [14, true, "ok"],
    [13, true, "bad"],
    [-1, true, "bad"],
    [60, false, "bad"],
  ] as const) {
    it(`is ${state} with ${days} days left where it is ${trusted ? "" : "not "}trusted`, async () => {
      const of = () => Promise.resolve({ validTo: inDays(days), trusted });
      const check = await checkCertificate("example.com", of, now);
      assert.equal(check.state, state);
      assert.match(check.seen, new RegExp(`^${days} days left`));
    });
  }

  it("is unknown where nothing answers", async () => {
    const check = await checkCertificate("127.0.0.1:1", certificateOf, now);
    assert.equal(check.state, "unknown");
  });

  it("is read from the connection, of a certificate that nobody trusts too", async function () {
    const openssl = needTool(this, "openssl");
    const folder = mkdtempSync(join(tmpdir(), "groundwork-certificate-"));
    try {
      const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
      const made = spawnSync(openssl, [
        ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "30"],
        ...["-keyout", key, "-out", cert],
      ]);
      assert.equal(made.status, 0, made.stderr.toString());
      const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      try {
        const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
        const check = await checkCertificate(host, certificateOf, new Date());
        assert.equal(check.state, "bad");
        assert.match(check.seen, /^(29|30) days left, and no client trusts it$/);
      } finally {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("What a deployment answers for", () => {
  const check = (kind: Check["kind"], state: Check["state"], what = "a"): Check => ({
    ...{ kind, what, state },
    seen: "",
  });
  for (const [title, checks, before, counted] of [
    ["what has become bad", [check("route", "bad")], [check("route", "ok")], true],
    ["what nobody could see before", [check("route", "bad")], [check("route", "unknown")], true],
    ["what was not there before", [check("route", "bad")], [], true],
    ["another of its kind", [check("route", "bad", "b")], [check("route", "bad", "a")], true],
    ["not what was bad before", [check("route", "bad")], [check("route", "bad")], false],
    ["no error budget", [check("budget", "bad")], [check("budget", "ok")], false],
  ] as const) {
    it(`is ${title}`, () => {
      assert.deepEqual(ofDeployment(checks, before), counted ? checks : []);
    });
  }
});

describe("What is left of error budgets", () => {
  const objectives = [
    { namespace: "shop", service: "api", slo: "availability" },
    { namespace: "shop", service: "api", slo: "latency" },
    { namespace: "shop", service: "web", slo: "availability" },
  ];
  const sample = (service: string, slo: string, value: string) => ({
    metric: { namespace: "shop", service, slo },
    value: [1, value],
  });

  it("is judged by what Prometheus has recorded, and unknown where it has nothing", async () => {
    const result = [sample("api", "availability", "0.5"), sample("api", "latency", "-0.01")];
    await serving(
      () => ({ body: { status: "success", data: { resultType: "vector", result } } }),
      async (url) => {
        const checks = await checkBudgets(objectives, queryOf(`${url}/`));
        assert.deepEqual(
          checks.map(({ what, state, seen }) => [what, state, seen]),
          [
            ["api availability", "ok", "50 % of the error budget left"],
            ["api latency", "bad", "-1 % of the error budget left"],
            ["web availability", "unknown", "nothing is recorded"],
          ],
        );
      },
    );
  });

  it("is unknown, and never well, where Prometheus can't be asked", async () => {
    for (const [answer, seen] of [
      [{ status: 503, text: "no" }, /Prometheus answered 503/],
      [{ status: 400, body: { status: "error", error: "parse error" } }, /400: parse error/],
    ] as const) {
      await serving(
        () => answer,
        async (url) => {
          for (const check of await checkBudgets(objectives, queryOf(url))) {
            assert.equal(check.state, "unknown");
            assert.match(check.seen, seen);
          }
        },
      );
    }
    const [away] = await checkBudgets(objectives, queryOf("http://127.0.0.1:1"));
    assert.match(away?.seen ?? "", /Prometheus does not answer/);
    const [nowhere] = await checkBudgets(objectives, undefined);
    assert.deepEqual(
      [nowhere?.state, nowhere?.seen],
      ["unknown", "nobody said where Prometheus is: --prometheus"],
    );
  });

  it("is asked of every service of every system", async () => {
    for (const [name, { services }] of Object.entries(blueprints)) {
      const found = new Set(
        objectivesOf(await planOf("prod", `blueprint=${name}`)).map(({ service }) => service),
      );
      assert.deepEqual([...found].sort(), Object.keys(services).sort(), name);
    }
  });
});

describe("How far copies are behind", () => {
  for (const cloud of clouds) {
    it(`is asked for every replica that has an alarm on ${cloud}`, async () => {
      const resources = await planOf("prod", "blueprint=suuupra", `cloud=${cloud}`);
      const alarms = lagAlarmsOf(resources, "us-east-1");
      const about = new Set(alarms.map(({ name }) => /(postgres|mysql|redis|kafka)/.exec(name)?.[1]));
      assert.deepEqual(
        [...about].sort(),
        cloud === "aws" ? ["kafka", "mysql", "postgres", "redis"] : ["mysql", "postgres", "redis"],
      );
      for (const { asked, region } of alarms) assert.equal(asked === undefined, region !== undefined);
      if (cloud === "aws") {
        const regions = new Set(alarms.map(({ region }) => region));
        assert.deepEqual([...regions].sort(), ["us-east-1", "us-west-2"]);
      }
    });
  }

  it("is asked of Cloud Monitoring in PromQL, whatever an id ends with", () => {
    const filter =
      'metric.type="cloudsql.googleapis.com/database/replication/replica_lag" AND resource.type="cloudsql_database" AND resource.labels.database_id="shop-1:shop-prod-mysql-recovery-a5d9d20"';
    assert.equal(
      expressionOf(filter),
      'max(cloudsql_googleapis_com:database_replication_replica_lag{database_id=~"shop-1:shop-prod-mysql-recovery-[0-9a-f]+"})',
    );
  });

  for (const [answer, state, seen] of [
    [{ MetricAlarms: [{ StateValue: "OK", StateReason: "3 datapoints" }] }, "ok", "3 datapoints"],
    [{ MetricAlarms: [{ StateValue: "ALARM", StateReason: "400 > 300" }] }, "bad", "400 > 300"],
    [{ MetricAlarms: [{ StateValue: "INSUFFICIENT_DATA", StateReason: "no data" }] }, "unknown", "no data"],
    [{ MetricAlarms: [] }, "unknown", "no such alarm"],
  ] as const) {
    it(`is ${state} on AWS where CloudWatch says ${seen}`, async () => {
      const { run, calls } = fakeRun(() => JSON.stringify(answer));
      const [check] = await checkLag([{ name: "x-recovery-lag", region: "us-west-2" }], { run });
      assert.deepEqual([check?.state, check?.seen], [state, seen]);
      assert.deepEqual(calls[0]?.args.slice(-2), ["--region", "us-west-2"]);
    });
  }

  for (const [result, state] of [
    [[{ metric: {}, value: [1, "300"] }], "ok"],
    [[{ metric: {}, value: [1, "301"] }], "bad"],
    [[{ metric: {}, value: [1, "NaN"] }], "unknown"],
    [[], "unknown"],
  ] as const) {
    it(`is ${state} on GCP where Cloud Monitoring answers ${JSON.stringify(result)}`, async () => {
      await serving(
        () => ({ body: { status: "success", data: { result } } }),
        async (url, requests) => {
          const { run } = fakeRun(() => undefined);
          const alarm = { name: "x-recovery-lag", asked: { expression: "max(lag)", most: 300 } };
          const [check] = await checkLag([alarm], { run, monitoring: queryOf(url, "a-token") });
          assert.equal(check?.state, state);
          assert.equal(requests[0]?.headers.authorization, "Bearer a-token");
        },
      );
    });
  }

  it("is unknown where nobody is signed in, or the CLI is not there", async () => {
    const { run } = fakeRun(() => ({ status: 255, stderr: "Unable to locate credentials" }));
    const [aws] = await checkLag([{ name: "x-recovery-lag", region: "r" }], { run });
    assert.equal(aws?.state, "unknown");
    assert.match(aws.seen, /Unable to locate credentials/);
    const alarm = { name: "x-recovery-lag", asked: { expression: "max(lag)", most: 300 } };
    const [gcp] = await checkLag([alarm], { run });
    assert.equal(gcp?.state, "unknown");
  });
});

describe("operations health", () => {
  const check = (state: Check["state"]): Check => ({ kind: "route", what: state, state, seen: "" });

  it("is as well as the worst of what it looked at, and of nothing unknown", () => {
    assert.equal(worstOf([check("ok"), check("unknown"), check("bad")]), "bad");
    assert.equal(worstOf([check("ok"), check("unknown")]), "unknown");
    assert.equal(worstOf([check("ok")]), "ok");
    assert.equal(worstOf([]), "unknown");
    assert.deepEqual(
      tableOf([check("ok"), check("bad"), check("unknown")])
        .split("\n")
        .map((line) => line[0]),
      ["✗", "?", "✓", undefined],
    );
  });

  const served = {
    ask: () => Promise.resolve({ status: 200, text: "" }),
    certificateOf: () => Promise.resolve({ validTo: inDays(60), trusted: true }),
  };

  it("ends well where nothing is bad, and with 1 where strict and something is unknown", async () => {
    const fine = await operations(served, "health", "-C", root, "--stack", "dev");
    assert.equal(fine.status, 0, fine.stdout);
    assert.match(fine.stdout, /\? budget +backend-api availability +nobody said where Prometheus is/);
    assert.equal((await operations(served, "health", "-C", root, "--stack", "dev", "--strict")).status, 1);
  });

  it("ends with 1 and says what is bad, as JSON where asked", async () => {
    const down = { ...served, ask: () => Promise.resolve({ status: 502, text: "" }) };
    const { status, stdout } = await operations(down, "health", "-C", root, "--stack", "dev", "--json");
    assert.equal(status, 1);
    const told = JSON.parse(stdout) as { readonly state: string; readonly checks: readonly Check[] };
    assert.equal(told.state, "bad");
    assert.ok(told.checks.some(({ kind, seen }) => kind === "route" && seen === "answered 502"));
  });

  it("asks Cloud Monitoring of the stack's own project, as whoever gcloud is", async () => {
    const resources = await planOf("prod", "blueprint=suuupra", "cloud=gcp");
    const { run } = fakeRun(({ program }) => (program === "gcloud" ? "a-token\n" : undefined));
    await serving(
      () => ({ body: { status: "success", data: { result: [{ metric: {}, value: [1, "0"] }] } } }),
      async (url, requests) => {
        const env = { GROUNDWORK_MONITORING_URL: url };
        const machine = { run, env, now: () => now, ...served };
        const checks = await healthOf({ resources, region: "us-east1" }, machine);
        const replication = checks.filter(({ kind }) => kind === "replication");
        assert.ok(replication.length >= 3);
        assert.equal(worstOf(replication), "ok");
        for (const { url: asked, headers } of requests) {
          assert.equal(asked, "/v1/projects/example-prod/location/global/prometheus/api/v1/query");
          assert.equal(headers.authorization, "Bearer a-token");
        }
      },
    );
  });
});
