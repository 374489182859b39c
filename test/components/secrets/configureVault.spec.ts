import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { vaultConfig } from "../../../components/secrets/vaultConfig";

interface Run {
  readonly fetch: typeof fetch;
  readonly store: {
    readonly read: (id: string) => Promise<string>;
    readonly add: (id: string, value: string) => Promise<void>;
  };
  readonly config: object;
  readonly token: string;
  readonly initialises: boolean;
  readonly log: (line: string) => void;
  readonly sleep: () => Promise<void>;
}

// the job's own language, which has no types: this is what the file exports
const { configure } = createRequire(__filename)("../../../components/secrets/vaultScripts/configure.cjs") as {
  readonly configure: (run: Run) => Promise<void>;
};

const rootToken = "root-token-of-the-test";
const recoveryKeys = ["one", "two", "three", "four", "five"];
const mounts = ["sys/auth", "sys/mounts", "sys/audit"];

/** Vault's API as the job uses it: what is written is there, and a token is asked for. */
class FakeVault {
  initialized: boolean;
  readonly kept = new Map<string, unknown>();
  readonly tokens = new Set<string>();
  readonly requests: string[] = [];
  /** Paths that answer with an error. */
  readonly broken = new Map<string, number>();

  constructor(initialized: boolean) {
    this.initialized = initialized;
  }

  readonly fetch = (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const path = (url instanceof Request ? url.url : url.toString()).replace(/^https:\/\/[^/]+\/v1\//, "");
    const method = init.method ?? "GET";
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
    const token = (init.headers as Record<string, string> | undefined)?.["X-Vault-Token"];
    this.requests.push(`${method} ${path}`);
    return Promise.resolve(this.answer(method, path, body, token));
  };

  private answer(method: string, path: string, body: unknown, token: string | undefined): Response {
    const open = this.withoutToken(method, path, body);
    if (open !== undefined) return open;
    if (token === undefined || !this.tokens.has(token)) return denied();
    const status = this.broken.get(path);
    if (status !== undefined) return reply(status, { errors: ["broken"] });
    if (path === "auth/token/revoke-self") {
      this.tokens.delete(token);
      return reply(204);
    }
    return this.read(method, path) ?? this.write(method, path, body);
  }

  /** What anybody may ask; undefined where it takes a token. */
  private withoutToken(method: string, path: string, body: unknown): Response | undefined {
    if (path === "sys/init")
      return method === "GET" ? reply(200, { initialized: this.initialized }) : this.init();
    if (path === "sys/health") return reply(200, { sealed: false });
    if (path !== "auth/kubernetes/login") return undefined;
    const { role } = body as { role: string };
    if (!this.kept.has(`auth/kubernetes/role/${role}`)) return denied();
    this.tokens.add("signed-in");
    return reply(200, { auth: { client_token: "signed-in" } });
  }

  private init(): Response {
    if (this.initialized) return reply(400, { errors: ["Vault is already initialized"] });
    this.initialized = true;
    this.tokens.add(rootToken);
    return reply(200, { root_token: rootToken, recovery_keys_base64: recoveryKeys });
  }

  /** What is there; undefined of what writes. */
  private read(method: string, path: string): Response | undefined {
    const below = [...this.kept].flatMap(([key, value]) =>
      key.startsWith(`${path}/`) ? [[key.slice(path.length + 1), value] as const] : [],
    );
    if (method === "LIST") {
      const keys = below.map(([key]) => key).filter((key) => !key.includes("/"));
      return keys.length === 0 ? reply(404, { errors: [] }) : reply(200, { data: { keys } });
    }
    if (!mounts.includes(path)) return undefined;
    return reply(200, { data: Object.fromEntries(below.map(([key, value]) => [`${key}/`, value])) });
  }

  private write(method: string, path: string, body: unknown): Response {
    if (method === "DELETE") this.kept.delete(path);
    else this.kept.set(path, body);
    if (path === "pki/root/generate/internal") this.kept.set("pki/issuers/first", {});
    return reply(204);
  }
}

function reply(status: number, said?: unknown): Response {
  return new Response(said === undefined ? null : JSON.stringify(said), { status });
}

function denied(): Response {
  return reply(403, { errors: ["permission denied"] });
}

class FakeStore {
  readonly values: string[] = [];
  refuses = false;
  readonly read = (id: string): Promise<string> =>
    Promise.resolve(JSON.stringify({ username: "groundwork", password: `password of ${id}` }));
  readonly add = (_id: string, value: string): Promise<void> => {
    if (this.refuses) return Promise.reject(new Error("PutSecretValue: got 403"));
    this.values.push(value);
    return Promise.resolve();
  };
}

const settings = { connection_url: "postgresql://{{username}}:{{password}}@db:5432/app" };
const config = (...services: readonly string[]) => ({
  ...vaultConfig({
    systemNamespace: "shop",
    users: Object.fromEntries(
      services.map((service) => [
        service,
        { access: "read" as const, databases: { postgres: "read" as const } },
      ]),
    ),
    databases: { postgres: { settings } },
    servers: 3,
  }),
  databases: { postgres: { settings, secretId: "master" } },
  recoverySecretId: "recovery-keys",
});

async function runOn(
  vault: FakeVault,
  store = new FakeStore(),
  asked = config("orders"),
  initialises = true,
) {
  const lines: string[] = [];
  const failure = await configure({
    fetch: vault.fetch,
    store,
    config: asked,
    token: "jwt",
    initialises,
    log: (line) => lines.push(line),
    sleep: () => Promise.resolve(),
  }).then(
    () => undefined,
    (error: unknown) => error as Error,
  );
  return { failure, lines, store };
}

describe("the job that configures Vault", () => {
  it("initialises it once, keeps the recovery keys in the cloud's store, and leaves no root token", async () => {
    const vault = new FakeVault(false);
    const { failure, store } = await runOn(vault);
    assert.equal(failure, undefined);
    assert.deepEqual(JSON.parse(store.values.at(-1) ?? ""), { recoveryKeys, threshold: 3 });
    assert.deepEqual([...vault.tokens], []);
  });

  it("asks Vault for no keys where the store would not keep them", async () => {
    const vault = new FakeVault(false);
    const store = new FakeStore();
    store.refuses = true;
    const { failure } = await runOn(vault, store);
    assert.match(failure?.message ?? "", /403/);
    assert.equal(vault.initialized, false);
  });

  it("leaves it to the first job alone to initialise", async () => {
    const vault = new FakeVault(false);
    const { failure, store } = await runOn(vault, new FakeStore(), config("orders"), false);
    assert.match(failure?.message ?? "", /expected an initialised Vault/);
    assert.deepEqual(store.values, []);
    assert.equal(vault.initialized, false);
  });

  it("prints no token, no key and no password", async () => {
    const vault = new FakeVault(false);
    const { lines } = await runOn(vault);
    for (const secret of [rootToken, ...recoveryKeys.map((key) => `"${key}"`), "password of"]) {
      assert.ok(!lines.join("\n").includes(secret), secret);
    }
  });

  it("changes nothing when it runs again, by a role of its own and not as root", async () => {
    const vault = new FakeVault(false);
    await runOn(vault);
    const before = new Map(vault.kept);
    vault.requests.length = 0;
    const { failure, store } = await runOn(vault);
    assert.equal(failure, undefined);
    assert.deepEqual(new Map([...vault.kept].sort()), new Map([...before].sort()));
    assert.deepEqual(store.values, []);
    assert.ok(vault.requests.includes("POST auth/kubernetes/login"));
    assert.ok(!vault.requests.includes("POST pki/root/generate/internal"));
    assert.deepEqual([...vault.tokens], []);
  });

  it("takes away what a service had that is gone", async () => {
    const vault = new FakeVault(false);
    await runOn(vault, new FakeStore(), config("orders", "old"));
    await runOn(vault, new FakeStore(), config("orders"));
    const left = [...vault.kept.keys()].filter((key) => /\bold\b/.test(key));
    assert.deepEqual(left, []);
    assert.ok(vault.kept.has("database/roles/orders-postgres"));
  });

  it("leaves what Vault itself has", async () => {
    const vault = new FakeVault(false);
    vault.kept.set("sys/policies/acl/default", {});
    vault.kept.set("sys/policies/acl/root", {});
    await runOn(vault);
    assert.ok(vault.kept.has("sys/policies/acl/default"));
    assert.ok(vault.kept.has("sys/policies/acl/root"));
  });

  it("tells Vault the administrator's password each time, since the cloud changes it", async () => {
    const vault = new FakeVault(false);
    await runOn(vault);
    const { username, password } = vault.kept.get("database/config/postgres") as Record<string, string>;
    assert.deepEqual([username, password], ["groundwork", "password of master"]);
  });

  it("makes all else where a database can't be reached, says so, and leaves no token", async () => {
    const vault = new FakeVault(false);
    vault.broken.set("database/config/postgres", 400);
    const { failure } = await runOn(vault);
    assert.match(failure?.message ?? "", /database\/config\/postgres/);
    assert.ok(vault.kept.has("auth/kubernetes/role/orders"));
    assert.ok(vault.kept.has("database/roles/orders-postgres"));
    assert.deepEqual([...vault.tokens], []);
  });

  it("gives back the root token though the configuration fails", async () => {
    const vault = new FakeVault(false);
    vault.broken.set("auth/kubernetes/config", 500);
    const { failure } = await runOn(vault);
    assert.match(failure?.message ?? "", /auth\/kubernetes\/config/);
    assert.deepEqual([...vault.tokens], []);
  });
});
