import assert from "node:assert/strict";
import { drillSteps, saveSteps, watchSteps } from "../../../providers/gcp/backupSteps";
import { runWorkflow, type WorkflowCall } from "./workflow";

const sql = "https://sqladmin.googleapis.com/v1/projects/p";
const now = Date.parse("2026-11-23T14:00:00Z") / 1000;
const hour = 3600;

interface Server {
  readonly region?: string;
  databases: readonly string[];
  backups?: readonly { readonly id: string; readonly status: string; readonly endTime: string }[];
  state: string;
}

/** Cloud SQL with the servers given; each call that changes one is an operation that is over at the second look. */
class FakeSql {
  readonly servers = new Map<string, Server>();
  readonly exported: string[] = [];
  readonly made: Record<string, unknown>[] = [];
  readonly removed: string[] = [];
  /** Kind of operation that fails, and of which server. */
  failing?: { readonly kind: string; readonly of: string };
  private readonly looks = new Map<string, number>();

  answer({ method, url, body }: WorkflowCall): unknown {
    const [, path = ""] = url.split(`${sql}/`);
    const operation = /^operations\/(.*)$/.exec(path)?.[1];
    if (operation !== undefined) return this.look(operation);
    if (method === "post" && path === "instances") return this.make(body as Record<string, unknown>);
    const [, name = "", rest = ""] = /^instances\/([^/]+)(.*)$/.exec(path) ?? [];
    const server = this.servers.get(name);
    if (server === undefined) throw new Error(`${method} ${url}: no such server`);
    return method === "get" ? read(name, server, rest) : this.change({ method, url, body }, name, rest);
  }

  /** A call that begins an operation on a server. */
  private change({ method, url, body }: WorkflowCall, name: string, rest: string): unknown {
    switch (`${method} ${rest}`) {
      case "post /export": {
        const { exportContext } = body as { readonly exportContext: Readonly<Record<string, unknown>> };
        assert.equal(exportContext["offload"], true);
        assert.equal(exportContext["fileType"], "SQL");
        this.exported.push(`${String(exportContext["databases"])} ${String(exportContext["uri"])}`);
        return this.begin("export", name);
      }
      case "post /restoreBackup": {
        const { restoreBackupContext } = body as { readonly restoreBackupContext: Restored };
        const source = this.servers.get(restoreBackupContext.instanceId);
        assert.equal(restoreBackupContext.project, "p");
        assert.equal(restoreBackupContext.backupRunId, "9");
        this.servers.set(name, { databases: source?.databases ?? [], state: "RUNNABLE" });
        return this.begin("restore", name);
      }
      case "delete ":
        this.servers.delete(name);
        this.removed.push(name);
        return this.begin("delete", name);
      default:
        throw new Error(`no such call: ${method} ${url}`);
    }
  }

  private make(body: Record<string, unknown>): unknown {
    this.made.push(body);
    const name = String(body["name"]);
    this.servers.set(name, { databases: [], state: "RUNNABLE" });
    return this.begin("make", name);
  }

  private begin(kind: string, of: string): unknown {
    return { name: `${kind}:${of}` };
  }

  private look(operation: string): unknown {
    const looks = (this.looks.get(operation) ?? 0) + 1;
    this.looks.set(operation, looks);
    if (looks === 1) return { status: "RUNNING" };
    const fails =
      this.failing !== undefined && operation.startsWith(`${this.failing.kind}:${this.failing.of}`);
    return { status: "DONE", ...(fails && { error: { errors: [{ code: "INTERNAL" }] } }) };
  }
}

/** What a server says of itself. */
function read(name: string, server: Server, rest: string): unknown {
  switch (rest) {
    case "":
      return { name, ...settings, ...server };
    case "/databases":
      return { items: server.databases.map((database) => ({ name: database })) };
    case "/backupRuns?maxResults=20":
      return server.backups === undefined ? {} : { items: server.backups };
    default:
      throw new Error(`no such call: get ${name}${rest}`);
  }
}

interface Restored {
  readonly project: string;
  readonly instanceId: string;
  readonly backupRunId: string;
}

const settings = {
  region: "us-east1",
  databaseVersion: "POSTGRES_17",
  diskEncryptionConfiguration: { kmsKeyName: "key" },
  settings: {
    tier: "db-perf-optimized-N-8",
    edition: "ENTERPRISE_PLUS",
    dataDiskType: "PD_SSD",
    dataDiskSizeGb: "700",
    databaseFlags: [{ name: "log_statement", value: "ddl" }],
    deletionProtectionEnabled: true,
    availabilityType: "REGIONAL",
    ipConfiguration: { ipv4Enabled: false, privateNetwork: "network", allocatedIpRange: "range" },
  },
};

const lastNight = { id: "9", status: "SUCCESSFUL", endTime: "2026-11-23T03:00:00Z" };

function servers(): FakeSql {
  const fake = new FakeSql();
  fake.servers.set("pg", {
    databases: ["postgres", "app", "reports"],
    backups: [{ id: "10", status: "FAILED", endTime: "2026-11-23T04:00:00Z" }, lastNight],
    state: "RUNNABLE",
  });
  fake.servers.set("my", { databases: ["mysql", "sys", "app"], backups: [lastNight], state: "RUNNABLE" });
  return fake;
}

const instances = ["pg", "my"];
const save = (fake: FakeSql) =>
  runWorkflow(saveSteps({ projectId: "p", bucket: "vault", instances }), (call) => fake.answer(call), now);
const drill = (fake: FakeSql) =>
  runWorkflow(drillSteps({ projectId: "p", instances, scratch: "drill" }), (call) => fake.answer(call), now);

describe("the workflow that exports", () => {
  it("exports each database but the server's own, each to a file of its own", () => {
    const fake = servers();
    save(fake);
    assert.deepEqual(fake.exported, [
      "app gs://vault/pg/2026-11-23T14-00-00/app.sql.gz",
      "reports gs://vault/pg/2026-11-23T14-00-00/reports.sql.gz",
      "app gs://vault/my/2026-11-23T14-00-00/app.sql.gz",
    ]);
  });

  it("exports the other server's when one fails, and fails, saying which", () => {
    const fake = servers();
    fake.failing = { kind: "export", of: "pg" };
    assert.throws(() => save(fake), /pg: .*INTERNAL/);
    assert.ok(fake.exported.some((line) => line.startsWith("app gs://vault/my/")));
  });

  it("fails where a server is not there", () => {
    const fake = servers();
    fake.servers.delete("my");
    assert.throws(() => save(fake), /my: .*no such server/);
  });
});

describe("the workflow of the restore drill", () => {
  it("restores the newest backup that was taken of each server, and removes what it made", () => {
    const fake = servers();
    drill(fake);
    assert.equal(fake.made.length, 2);
    assert.deepEqual(
      fake.removed,
      fake.made.map(({ name }) => name),
    );
    assert.deepEqual([...fake.servers.keys()], instances);
  });

  it("makes a server like the source, under its key, that nobody reaches and that can be removed", () => {
    const fake = servers();
    drill(fake);
    const [made] = fake.made;
    assert.match(String(made?.["name"]), /^drill-\d{10}$/);
    assert.deepEqual(
      { ...made, name: "" },
      {
        name: "",
        region: "us-east1",
        databaseVersion: "POSTGRES_17",
        diskEncryptionConfiguration: { kmsKeyName: "key" },
        settings: {
          tier: "db-perf-optimized-N-8",
          edition: "ENTERPRISE_PLUS",
          availabilityType: "ZONAL",
          dataDiskType: "PD_SSD",
          dataDiskSizeGb: "700",
          databaseFlags: [{ name: "log_statement", value: "ddl" }],
          deletionProtectionEnabled: false,
          backupConfiguration: { enabled: false },
          ipConfiguration: {
            ipv4Enabled: false,
            privateNetwork: "network",
            allocatedIpRange: "range",
            sslMode: "ENCRYPTED_ONLY",
          },
          userLabels: { purpose: "restore-drill" },
        },
      },
    );
  });

  for (const [what, change, says] of [
    ["there is no backup", (pg: Server) => (pg.backups = []), /pg: .*there is no backup/],
    [
      "none of the backups was taken",
      (pg: Server) => (pg.backups = [{ ...lastNight, status: "FAILED" }]),
      /pg: .*there is no backup/,
    ],
    [
      "the newest backup is two nights old",
      (pg: Server) => (pg.backups = [{ ...lastNight, endTime: "2026-11-22T03:00:00Z" }]),
      /pg: .*the newest backup is of 2026-11-22/,
    ],
  ] as const) {
    it(`fails where ${what}, makes nothing for it, and goes on to the next server`, () => {
      const fake = servers();
      change(fake.servers.get("pg") as Server);
      assert.throws(() => drill(fake), says);
      assert.equal(fake.made.length, 1);
      assert.deepEqual([...fake.servers.keys()], instances);
    });
  }

  for (const kind of ["make", "restore"]) {
    it(`fails where the operation to ${kind} does, and removes the server all the same`, () => {
      const fake = servers();
      fake.failing = { kind, of: "drill-" };
      assert.throws(() => drill(fake), /pg: .*INTERNAL/);
      assert.deepEqual([...fake.servers.keys()], instances);
    });
  }

  for (const [what, change, says] of [
    ["lacks a database", (fake: FakeSql) => lacking(fake, "reports"), /it lacks the database reports/],
    ["does not run", (fake: FakeSql) => stopped(fake), /the server is FAILED/],
  ] as const) {
    it(`fails where what was restored ${what}, and removes it`, () => {
      const fake = servers();
      change(fake);
      assert.throws(() => drill(fake), says);
      assert.deepEqual([...fake.servers.keys()], instances);
    });
  }

  it("fails where a scratch server could not be removed", () => {
    const fake = servers();
    fake.failing = { kind: "delete", of: "drill-" };
    assert.throws(() => drill(fake), /pg: .*INTERNAL/);
  });
});

/** The server comes back without one of its databases. */
function lacking(fake: FakeSql, database: string): void {
  const answer = fake.answer.bind(fake);
  fake.answer = (call) => {
    const found = answer(call);
    if (!/drill-\d+\/databases$/.test(call.url)) return found;
    const { items } = found as { readonly items: readonly { readonly name: string }[] };
    return { items: items.filter(({ name }) => name !== database) };
  };
}

/** The restored servers do not come up. */
function stopped(fake: FakeSql): void {
  const answer = fake.answer.bind(fake);
  fake.answer = (call) =>
    /instances\/drill-\d+$/.test(call.url) && call.method === "get" ? { state: "FAILED" } : answer(call);
}

describe("the workflow that says what is late", () => {
  const awaited = [
    { workflow: "projects/p/locations/l/workflows/save", withinHours: 30, says: "vault-overdue" },
    { workflow: "projects/p/locations/l/workflows/drill", withinHours: 192, says: "drill-overdue" },
  ];
  const ago = (hours: number) => new Date((now - hours * hour) * 1000).toISOString();
  /** What it says where the workflows are so old, and last went well so long ago. */
  const said = (age: number, ...runs: readonly (number | undefined)[]): readonly string[] =>
    runWorkflow(
      watchSteps(awaited),
      ({ url }) => {
        const which = awaited.findIndex(({ workflow }) => url.includes(workflow));
        if (!url.includes("/executions?")) return { createTime: ago(age) };
        assert.match(url, /pageSize=1&filter=state%3D%22SUCCEEDED%22$/);
        const ended = runs[which];
        return ended === undefined ? {} : { executions: [{ endTime: ago(ended) }] };
      },
      now,
    );

  for (const [what, age, runs, says] of [
    ["both went well in time", 5000, [29, 190], []],
    ["no export went well since yesterday", 5000, [31, 190], ["vault-overdue"]],
    ["no drill went well for longer than there is between two", 5000, [29, 193], ["drill-overdue"]],
    ["nothing went well ever", 5000, [undefined, undefined], ["vault-overdue", "drill-overdue"]],
    ["nothing went well yet, of workflows of yesterday", 29, [undefined, undefined], []],
    [
      "no export went well yet, of workflows of the day before",
      40,
      [undefined, undefined],
      ["vault-overdue"],
    ],
  ] as const) {
    it(`says ${says.join(" and ") || "nothing"} where ${what}`, () => {
      assert.deepEqual(said(age, ...runs), says);
    });
  }
});
