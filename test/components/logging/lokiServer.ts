import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A line of a stream, with what is kept beside it. */
export interface Line {
  readonly stream: Readonly<Record<string, string>>;
  readonly line: string;
  /** @default {} */
  readonly metadata?: Readonly<Record<string, string>>;
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject).listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => {
        resolve(port);
      });
    });
  });
}

const pause = async (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A Loki of a test's own, with the rules that it is given; what it keeps goes with it. */
export class LokiServer {
  private constructor(
    private readonly url: string,
    private readonly process: ChildProcess,
    private readonly folder: string,
  ) {}

  static async start(program: string, rules: Readonly<Record<string, string>>): Promise<LokiServer> {
    const folder = mkdtempSync(join(tmpdir(), "loki-"));
    const port = await freePort();
    for (const [tenant, file] of Object.entries(rules)) {
      mkdirSync(join(folder, "rules", tenant), { recursive: true });
      writeFileSync(join(folder, "rules", tenant, "rules.yaml"), file);
    }
    const config = {
      auth_enabled: true,
      server: {
        http_listen_address: "127.0.0.1",
        http_listen_port: port,
        grpc_listen_address: "127.0.0.1",
        grpc_listen_port: await freePort(),
        log_level: "error",
      },
      common: {
        path_prefix: folder,
        replication_factor: 1,
        instance_addr: "127.0.0.1",
        ring: { kvstore: { store: "inmemory" } },
        storage: { filesystem: { chunks_directory: join(folder, "chunks") } },
      },
      schema_config: {
        configs: [
          {
            from: "2024-01-01",
            store: "tsdb",
            object_store: "filesystem",
            schema: "v13",
            index: { prefix: "index_", period: "24h" },
          },
        ],
      },
      ingester: { lifecycler: { min_ready_duration: "0s" } },
      ruler: {
        storage: { type: "local", local: { directory: join(folder, "rules") } },
        rule_path: join(folder, "scratch"),
        poll_interval: "1s",
        enable_api: true,
      },
      analytics: { reporting_enabled: false },
    };
    const file = join(folder, "config.yaml");
    writeFileSync(file, JSON.stringify(config));
    const child = spawn(program, [`-config.file=${file}`], { stdio: "ignore" });
    const server = new LokiServer(`http://127.0.0.1:${port}`, child, folder);
    for (let tries = 0; tries < 240; tries += 1) {
      await pause(250);
      const ready = await fetch(`${server.url}/ready`).catch(() => undefined);
      if (ready?.ok === true) return server;
    }
    server.stop();
    throw new Error("expected a Loki that is ready within a minute, got none");
  }

  stop(): void {
    this.process.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Writes lines, a millisecond from each other, the last of them now. */
  async push(tenant: string, lines: readonly Line[]): Promise<void> {
    const now = Date.now();
    const streams = lines.map(({ stream, line, metadata = {} }, index) => ({
      stream,
      values: [[`${now - lines.length + index}000000`, line, metadata]],
    }));
    await this.ask(tenant, "/loki/api/v1/push", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ streams }),
    });
  }

  /** Labels of what a query answers with, as of now. */
  async query(tenant: string, query: string): Promise<readonly Readonly<Record<string, string>>[]> {
    const answer = await this.ask(tenant, `/loki/api/v1/query?${new URLSearchParams({ query }).toString()}`);
    const { data } = JSON.parse(answer) as { data: { result: { metric: Record<string, string> }[] } };
    return data.result.map(({ metric }) => metric);
  }

  /** Names of the alerts that the ruler looks at. */
  async alerts(tenant: string): Promise<readonly string[]> {
    const answer = await this.ask(tenant, "/prometheus/api/v1/rules");
    const { data } = JSON.parse(answer) as { data: { groups: { rules: { name: string }[] }[] } };
    return data.groups.flatMap(({ rules }) => rules.map(({ name }) => name));
  }

  private async ask(tenant: string, path: string, init: RequestInit = {}): Promise<string> {
    const headers = { ...(init.headers as Record<string, string> | undefined), "X-Scope-OrgID": tenant };
    const answer = await fetch(`${this.url}${path}`, { ...init, headers });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: expected an answer, got ${answer.status}: ${text}`);
    return text;
  }
}
