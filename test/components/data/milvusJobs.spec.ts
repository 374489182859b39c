import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backupConfig, backupScript } from "../../../components/data/milvusBackups";
import { etcdArguments, etcdDnsNames, etcdEndpoints } from "../../../components/data/milvusEtcd";
import { milvusQuota } from "../../../components/data/milvusParts";
import { milvusUserName, rolePrivileges, usersScript } from "../../../components/data/milvusUsers";
import { find, findAll } from "../../support/run";
import { at, cronType, jobType, policyType, setType, vectors } from "./milvusScene";

/** Runs a job's script with programs in the place of those that it calls, and tells what they were asked. */
function ran(
  script: string,
  programs: Readonly<Record<string, string>>,
): { readonly log: readonly string[]; readonly failed: boolean } {
  const folder = mkdtempSync(join(tmpdir(), "milvus-"));
  try {
    for (const [name, body] of Object.entries(programs)) {
      writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`);
      chmodSync(join(folder, name), 0o755);
    }
    writeFileSync(join(folder, "log"), "");
    let failed = false;
    try {
      execFileSync("/bin/bash", ["-eu", "-o", "pipefail", "-c", script], {
        env: { PATH: `${folder}:/usr/bin:/bin`, LOG: join(folder, "log"), ROOT_PASSWORD: "secret" },
        stdio: "pipe",
      });
    } catch {
      failed = true;
    }
    return { log: readFileSync(join(folder, "log"), "utf8").split("\n").filter(Boolean), failed };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const day = (ago: number) =>
  new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10).replaceAll("-", "_");

describe("the backup of Milvus", () => {
  const listed = ["29", "30", "31", "400"].map((ago) => `daily_${day(Number(ago))}_23_59_59`);
  const tool = (list: string, create = "") =>
    `shift 2; echo "$*" >> "$LOG"; case "$1" in create) ${create || ":"} ;; list) ${list} ;; esac`;

  it("deletes those that are older than they have to be, once there is a new one, and no other", () => {
    const names = [...listed, "kept_by_hand", "[2026/01/01] daily_2020_01_01_00_00_00 in a line of the log"];
    const list = `{ echo ">> Backups:"; ${names.map((name) => `echo "${name}"`).join("; ")}; } >&2`;
    const { log, failed } = ran(backupScript(30), { "milvus-backup": tool(list) });
    assert.equal(failed, false);
    assert.match(log[0] ?? "", /^create --name daily_\d{4}(_\d\d){5}$/);
    assert.equal(log[1], "list");
    assert.deepEqual(log.slice(2), [
      `delete --name daily_${day(31)}_23_59_59`,
      `delete --name daily_${day(400)}_23_59_59`,
    ]);
  });

  it("deletes none where the new one fails, and says so", () => {
    const { log, failed } = ran(backupScript(30), { "milvus-backup": tool("", "exit 1") });
    assert.equal(failed, true);
    assert.equal(log.length, 1);
  });

  it("is taken each day as Milvus' identity, by TLS, with the password by reference", async () => {
    const resources = await vectors();
    const job = find(resources, cronType, "vectors-backup");
    assert.equal(at(job, "spec.schedule"), "0 2 * * *");
    assert.equal(at(job, "spec.concurrencyPolicy"), "Forbid");
    const pod = "spec.jobTemplate.spec.template.spec";
    assert.equal(at(job, `${pod}.serviceAccountName`), "milvus");
    assert.equal(at(job, `${pod}.securityContext.runAsNonRoot`), true);
    const environment = at(job, `${pod}.containers.0.env`) as readonly { readonly name: string }[];
    assert.deepEqual(
      environment.find(({ name }) => name === "MILVUS_PASSWORD"),
      {
        name: "MILVUS_PASSWORD",
        valueFrom: { secretKeyRef: { name: "milvus-root", key: "password" } },
      },
    );
    const objects = { cloudProvider: "gcp", host: "storage.googleapis.com" } as const;
    const told = backupConfig("vectors", objects, "b") as {
      readonly milvus: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
      readonly backup: unknown;
    };
    assert.equal(told.milvus["grpc"]?.["tlsMode"], "server");
    assert.deepEqual(told.milvus["rest"], { endpoint: "https://milvus-rest.vectors.svc:8443" });
    assert.deepEqual(told.milvus["storage"]?.["auth"], { type: "iam" });
    assert.deepEqual(told.backup, { storage: { rootPath: "backups" }, pauseGC: true });
  });
});

describe("the users of Milvus", () => {
  /** Says that these are there already, and refuses what is named. */
  const curl = (there: string, refused = "nothing") =>
    [
      'body=$(cat); for last; do :; done; path=${last#*vectordb/}; echo "$path $body" >> "$LOG"',
      `case "$path" in */list) echo '{"code":0,"data":[${there}]}' ;; ${refused}) echo '{"code":1100}' ;; *) echo '{"code":0,"data":{}}' ;; esac`,
    ].join("\n");
  const cat =
    'case "${1:-}" in /etc/milvus/users/*) echo "pw-$(basename "$1")" ;; *) exec /bin/cat "$@" ;; esac';
  const script = usersScript("vectors", { "api-gateway": "readWrite", web: "read" });

  it("are made with their roles, whose names have no hyphens", () => {
    assert.equal(milvusUserName("api-gateway"), "api_gateway");
    const { log, failed } = ran(script, { curl: curl('"root"'), cat });
    assert.equal(failed, false);
    for (const line of [
      'roles/create {"roleName":"workload_writer"}',
      'roles/grant_privilege_v2 {"roleName":"workload_reader","privilege":"CollectionReadOnly","collectionName":"*","dbName":"default"}',
      'users/create {"userName":"api_gateway","password":"pw-api-gateway"}',
      'users/grant_role {"userName":"api_gateway","roleName":"workload_writer"}',
      'users/create {"userName":"web","password":"pw-web"}',
      'users/grant_role {"userName":"web","roleName":"workload_reader"}',
    ]) {
      assert.ok(log.includes(line), line);
    }
  });

  it("are given their passwords again where they are there", () => {
    const { log } = ran(script, { curl: curl('"root","web","workload_reader"'), cat });
    assert.ok(
      log.includes('users/update_password {"userName":"web","password":"pw-web","newPassword":"pw-web"}'),
    );
    assert.ok(!log.some((line) => line.startsWith('users/create {"userName":"web"')));
    assert.ok(!log.includes('roles/create {"roleName":"workload_reader"}'));
  });

  it("are not there yet where Milvus refuses one step, though it answers 200", () => {
    assert.equal(ran(script, { curl: curl('"root"', "users/grant_role"), cat }).failed, true);
  });

  it("may make no users, and no other databases", () => {
    for (const privilege of Object.values(rolePrivileges).flat()) {
      assert.match(privilege, /^(Collection|Database)/);
    }
    assert.ok(rolePrivileges.read.every((privilege) => privilege.endsWith("ReadOnly")));
    assert.match(script, /"dbName":"default"/);
    assert.doesNotMatch(script, /"dbName":"\*"/);
  });

  it("have their passwords in no argument and no variable of the job", async () => {
    const job = find(await vectors(), jobType, "vectors-users-job");
    assert.match(JSON.stringify(at(job, "metadata.name")), /^"milvus-users-[0-9a-f]+"$/);
    const container = at(job, "spec.template.spec.containers.0") as Readonly<Record<string, unknown>>;
    assert.deepEqual(container["env"], [
      { name: "ROOT_PASSWORD", valueFrom: { secretKeyRef: { name: "milvus-root", key: "password" } } },
    ]);
  });
});

describe("the etcd of Milvus", () => {
  it("is three members on different nodes, with volumes of the fast class that stay", async () => {
    const resources = await vectors();
    const set = find(resources, setType, "vectors");
    assert.equal(set.protect, true);
    assert.equal(at(set, "spec.replicas"), 3);
    assert.equal(at(set, "spec.podManagementPolicy"), "Parallel");
    assert.deepEqual(at(set, "spec.persistentVolumeClaimRetentionPolicy"), {
      whenDeleted: "Retain",
      whenScaled: "Retain",
    });
    const claim = "spec.volumeClaimTemplates.0.spec";
    assert.equal(at(set, `${claim}.storageClassName`), "fast-encrypted");
    const affinity = "spec.template.spec.affinity.podAntiAffinity";
    assert.equal(
      at(set, `${affinity}.requiredDuringSchedulingIgnoredDuringExecution.0.topologyKey`),
      "kubernetes.io/hostname",
    );
    assert.equal(find(await vectors({ protect: false }), setType, "vectors").protect, false);
  });

  it("takes certificates of its authority alone, of clients and of members", () => {
    const told = etcdArguments("vectors");
    for (const one of [
      "--client-cert-auth=true",
      "--peer-client-cert-auth=true",
      "--tls-min-version=TLS1.3",
    ]) {
      assert.ok(told.includes(one), one);
    }
    for (const one of told.filter((argument) => /-urls=/.test(argument) && !argument.includes("metrics"))) {
      assert.match(one, /=https:\/\//);
    }
  });

  it("is found by names that its certificate has", () => {
    const names = etcdDnsNames("vectors");
    const endpoints = etcdEndpoints("vectors");
    assert.equal(endpoints.length, 3);
    for (const endpoint of endpoints) assert.ok(names.includes(endpoint.replace(":2379", "")), endpoint);
    const [members = ""] = etcdArguments("vectors").filter((each) => each.startsWith("--initial-cluster="));
    for (const name of names.filter((each) => each.startsWith("etcd-"))) {
      assert.ok(members.includes(`=https://${name}:2380`), name);
    }
  });

  it("is spoken to by Milvus, by itself and by Prometheus", async () => {
    const policies = findAll(await vectors(), policyType).filter(({ name }) => name === "vectors-etcd");
    assert.equal(policies.length, 1);
    const [rules] = policies.map((policy) => at(policy, "spec.ingress") as readonly unknown[]);
    assert.equal(rules?.length, 3);
    assert.doesNotMatch(JSON.stringify(rules), /ipBlock/);
  });
});

describe("the quota of Milvus", () => {
  it("has room for all pods, and for another of each part", () => {
    const machine = { vcpus: 2, memoryGiB: 8 } as const;
    const size = { queryNodes: 3, machine, cacheGiB: 20, highAvailability: true };
    const quota = milvusQuota(size);
    // 4 × 8 of query nodes, 3 × (2 + 2 + 4 + 4) of the others, 3 × 2 of etcd, 4 × 1 of jobs
    assert.equal(quota.requests.memory, "78Gi");
    assert.equal(quota.storageGiB, 60);
    assert.equal(quota.pods, 4 + 12 + 3 + 4);
  });
});
