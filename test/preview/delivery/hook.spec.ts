import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { helpers } from "../../../preview/delivery/chart/helpers";
import { needTool } from "../../support/tools";

const exec = promisify(execFile);
const namespace = "shop";

/** What an API server says that has one service account beside the default one, and one policy, by the paths it is asked for. */
const answers: Readonly<Record<string, unknown>> = {
  "/version": { major: "1", minor: "35", gitVersion: "v1.35.0" },
  "/api": { kind: "APIVersions", versions: ["v1"] },
  "/apis": { kind: "APIGroupList", apiVersion: "v1", groups: [] },
  "/api/v1": kindsOf("v1", { serviceaccounts: "ServiceAccount" }),
  "/apis/networking.k8s.io/v1": kindsOf("networking.k8s.io/v1", { networkpolicies: "NetworkPolicy" }),
  [`/api/v1/namespaces/${namespace}/serviceaccounts`]: {
    kind: "ServiceAccountList",
    apiVersion: "v1",
    items: ["default", "till"].map((name) => ({ metadata: { name } })),
  },
  [`/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies/till-tasks`]: {
    kind: "NetworkPolicy",
    apiVersion: "networking.k8s.io/v1",
    metadata: { name: "till-tasks" },
  },
};

function kindsOf(groupVersion: string, kinds: Readonly<Record<string, string>>): unknown {
  const resources = Object.entries(kinds).map(([name, kind]) => ({
    name,
    kind,
    namespaced: true,
    verbs: ["get", "list"],
  }));
  return { kind: "APIResourceList", groupVersion, resources };
}

const missing = { kind: "Status", apiVersion: "v1", status: "Failure", reason: "NotFound", code: 404 };

describe("A migration of a chart is a hook of Helm's", function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), "hook-"));
  let server: Server;
  before((done) => {
    server = createServer(({ url = "" }, response) => {
      const answer = answers[url.replace(/\?.*$/, "")];
      response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(answer ?? missing));
    }).listen(0, "127.0.0.1", done);
  });
  before(() => {
    const { port } = server.address() as AddressInfo;
    const cluster = { name: "stub", cluster: { server: `http://127.0.0.1:${port}` } };
    const context = { name: "stub", context: { cluster: "stub", user: "stub" } };
    const config = { apiVersion: "v1", kind: "Config", clusters: [cluster], contexts: [context] };
    const users = [{ name: "stub", user: {} }];
    writeFileSync(
      join(folder, "kubeconfig"),
      JSON.stringify({ ...config, users, "current-context": "stub" }),
    );
    mkdirSync(join(folder, "templates"));
    writeFileSync(
      join(folder, "Chart.yaml"),
      JSON.stringify({ apiVersion: "v2", name: "shop", version: "1.0.0" }),
    );
    writeFileSync(join(folder, "templates", "_helpers.tpl"), helpers);
    const told = `(dict "root" $ "namespace" "${namespace}" "service" $.Values.service "policy" $.Values.policy)`;
    writeFileSync(
      join(folder, "templates", "told.yaml"),
      `isHook: {{ include "applications.isHook" ${told} | quote }}\n`,
    );
  });
  after((done) => {
    rmSync(folder, { recursive: true });
    server.close(done);
  });

  const asked = ["--is-upgrade", "--dry-run=server", "--kubeconfig", join(folder, "kubeconfig")];
  const rows: readonly (readonly [string, readonly string[], string, string, boolean])[] = [
    ["when it is upgraded and what it needs is there", asked, "till", "till-tasks", true],
    ["when nobody can tell whether that is there", ["--is-upgrade"], "ledger", "ledger-tasks", true],
    ["not when its service account comes with the upgrade", asked, "ledger", "till-tasks", false],
    ["not when its policy comes with the upgrade", asked, "till", "ledger-tasks", false],
    ["not when it is installed, or rendered by Argo CD", [], "till", "till-tasks", false],
  ];
  for (const [when, flags, service, policy, isHook] of rows) {
    it(when, async function () {
      const helm = needTool(this, "helm");
      const set = ["--set", `service=${service},policy=${policy}`];
      const { stdout } = await exec(helm, ["template", "shop", folder, ...flags, ...set]);
      assert.match(stdout, new RegExp(`isHook: "${isHook ? "true" : ""}"\n`));
    });
  }
});
