import assert from "node:assert/strict";
import { logAlerts, rulesFile } from "../../../components/logging/logAlerts";
import { findTool } from "../../support/tools";
import { type Line, LokiServer } from "./lokiServer";

const program = findTool("loki");

const lines = (count: number, line: Line): readonly Line[] => Array.from({ length: count }, () => line);

const shop = (line: string, metadata: Readonly<Record<string, string>> = {}): Line => ({
  stream: { namespace: "shop", app: "api", container: "api" },
  line,
  metadata,
});
const event = (reason: string, name: string): Line => ({
  stream: { job: "kubernetes-events", namespace: "shop" },
  line: JSON.stringify({ reason, name }),
  metadata: { reason, name },
});
const vault = (line: string): Line => ({
  stream: { namespace: "vault", app: "vault", container: "vault" },
  line,
});

/** Lines of each alert: those by which it fires, with the labels that it has, and those by which it nearly does. */
const cases: Readonly<
  Record<
    string,
    { fires: readonly Line[]; labels: Readonly<Record<string, string>>; silent: readonly (readonly Line[])[] }
  >
> = {
  "logs-errors": {
    fires: [
      ...lines(60, shop('{"level":"error"}', { level: "error" })),
      ...lines(300, shop('{"level":"info"}')),
    ],
    labels: { namespace: "shop", app: "api" },
    silent: [
      // as many as may be, and nothing else
      lines(50, shop('{"level":"error"}', { level: "error" })),
      // many, of very many
      [...lines(60, shop('{"level":"error"}', { level: "error" })), ...lines(700, shop('{"level":"info"}'))],
    ],
  },
  "logs-signins": {
    fires: lines(101, shop('{"msg":"Login failed for user 7"}')),
    labels: { namespace: "shop", app: "api" },
    silent: [
      lines(100, shop('{"msg":"invalid credentials"}')),
      lines(200, shop('{"msg":"login succeeded"}')),
    ],
  },
  "logs-node": {
    fires: [event("OOMKilling", "node-1")],
    labels: { reason: "OOMKilling", name: "node-1" },
    silent: [[event("NodeNotReady", "node-1"), event("Killing", "api-1")]],
  },
  "logs-vault": {
    fires: lines(21, vault('{"type":"response","request":{"path":"secret/x"},"error":"permission denied"}')),
    labels: { namespace: "vault" },
    silent: [
      lines(20, vault('{"type":"response","request":{"path":"secret/x"},"error":"permission denied"}')),
      lines(60, vault('{"type":"response","request":{"path":"secret/x"}}')),
    ],
  },
  "logs-refused": {
    fires: [event("FailedCreate", "api")],
    labels: { namespace: "shop", reason: "FailedCreate" },
    silent: [[vault('{"type":"request"}')]],
  },
};

describe("alerts from logs, in a Loki that runs", function () {
  this.timeout(120_000);
  let server: LokiServer | undefined;
  const byTenant = logAlerts("shop");
  const loki = (): LokiServer => server ?? assert.fail("no Loki");

  before(async function () {
    // built from its source: go build github.com/grafana/loki/v3/cmd/loki
    if (program === undefined) {
      this.skip();
    }
    server = await LokiServer.start(
      program,
      Object.fromEntries(
        Object.entries(byTenant).map(([tenant, alerts]) => [tenant, rulesFile(alerts, "platform")]),
      ),
    );
  });
  after(() => {
    server?.stop();
  });

  it("are all looked at by its ruler", async () => {
    for (const [tenant, alerts] of Object.entries(byTenant)) {
      assert.deepEqual(await loki().alerts(tenant), Object.keys(alerts), tenant);
    }
  });

  it("each have their case", () => {
    assert.deepEqual(
      Object.keys(cases).sort(),
      Object.values(byTenant)
        .flatMap((alerts) => Object.keys(alerts))
        .sort(),
    );
  });

  for (const alerts of Object.values(byTenant)) {
    for (const [name, { expr }] of Object.entries(alerts)) {
      const { fires, labels, silent } = cases[name] ?? assert.fail(name);
      it(`fire of ${name} by what it is for`, async () => {
        await loki().push(`${name}-fires`, fires);
        assert.deepEqual(await loki().query(`${name}-fires`, expr), [labels]);
      });
      for (const [index, some] of silent.entries()) {
        it(`keep silent of ${name} by what is nearly so, ${index + 1}`, async () => {
          await loki().push(`${name}-silent-${index}`, some);
          assert.deepEqual(await loki().query(`${name}-silent-${index}`, expr), []);
        });
      }
    }
  }

  for (const [level, counts] of [
    ["ERROR", true],
    ["err", true],
    ["50", true],
    ["panic", true],
    ["40", false],
    ["warn", false],
  ] as const) {
    it(`take a line of the level ${level} for ${counts ? "an error" : "none"}`, async () => {
      const { expr } = byTenant["shop"]?.["logs-errors"] ?? assert.fail("logs-errors");
      await loki().push(`level-${level}`, lines(60, shop(`{"level":"${level}"}`, { level })));
      assert.equal((await loki().query(`level-${level}`, expr)).length, counts ? 1 : 0);
    });
  }

  it("are asked for a tenant, and refused without one", async () => {
    await assert.rejects(loki().query("", 'sum(count_over_time({a="b"}[1m]))'), /401/);
  });
});
