import assert from "node:assert/strict";
import type { PerconaMongoArgs } from "../../../components/data/perconaMongo";
import { find, findAll, isSecretInput } from "../../support/run";
import { waitsFor } from "../../support/waitsFor";
import {
  backed,
  backedSpec,
  type Fields,
  nodesOf,
  policyType,
  secretType,
  set,
  setType,
  specOf,
} from "./perconaScene";

describe("backups of a PerconaMongo", () => {
  it("takes a backup a day and keeps the log between them, in a bucket that it reaches without a key", async () => {
    const { backup } = await backedSpec();
    assert.deepEqual(backup, {
      enabled: true,
      image: "docker.io/percona/percona-backup-mongodb:2.12.0",
      containerSecurityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
        runAsNonRoot: true,
        runAsUser: 1001,
        seccompProfile: { type: "RuntimeDefault" },
      },
      resources: {
        requests: { cpu: "100m", memory: "512Mi" },
        limits: { cpu: "1", memory: "512Mi" },
      },
      // a bucket by its name, and no `credentialsSecret`
      storages: {
        bucket: {
          type: "s3",
          s3: { bucket: "snapshots-1234567", region: "eu-west-1", prefix: "mongo" },
        },
      },
      pitr: { enabled: true, oplogOnly: false, oplogSpanMin: 5 },
      tasks: [
        {
          name: "daily",
          enabled: true,
          schedule: "0 2 * * *",
          storageName: "bucket",
          type: "logical",
          compressionType: "gzip",
          retention: { type: "count", count: 30, deleteFromStorage: true },
        },
      ],
    });
  });

  it("keeps as many backups as the stack says days, and none of its own where there is no bucket", async () => {
    const [task] = ((await backedSpec({ backupRetentionDays: 7 }))["backup"] as Fields)[
      "tasks"
    ] as readonly Fields[];
    assert.deepEqual(task?.["retention"], { type: "count", count: 7, deleteFromStorage: true });
    const without = await specOf();
    assert.deepEqual([(without["backup"] as Fields)["enabled"], without["roles"]], [false, undefined]);
    assert.equal((await nodesOf())["serviceAccountName"], undefined);
    assert.deepEqual(
      findAll(await set(), "groundwork:test:Identity").map(({ name }) => name),
      [],
    );
  });

  it("lets the nodes and the operator into the bucket, each by an identity of its own that is there before they are", async () => {
    const resources = await set(backed());
    const grants = findAll(resources, "kubernetes:core/v1:ConfigMap")
      .filter(({ name }) => name.endsWith("-backups"))
      .map(({ name, inputs }) => [name, inputs["data"]]);
    assert.deepEqual(grants, [
      ["mongo-identity-backups", { to: "mongo/mongod", access: "readWrite" }],
      ["mongo-operator-identity-backups", { to: "mongo/psmdb-operator", access: "readWrite" }],
    ]);
    const account = find(resources, "kubernetes:core/v1:ServiceAccount", "mongo");
    assert.deepEqual(
      [(account.inputs["metadata"] as Fields)["name"], account.inputs["automountServiceAccountToken"]],
      ["mongod", false],
    );
    const [nodes] = (await backedSpec())["replsets"] as readonly Fields[];
    assert.equal(nodes?.["serviceAccountName"], "mongod");

    const grantOf = (name: string) => find(resources, "kubernetes:core/v1:ConfigMap", name).urn;
    const release = find(resources, "kubernetes:helm.sh/v3:Release", "mongo");
    const database = find(resources, setType);
    assert.ok(waitsFor(resources, database, (urn) => urn === grantOf("mongo-identity-backups")));
    assert.ok(waitsFor(resources, database, (urn) => urn === account.urn));
    assert.ok(waitsFor(resources, release, (urn) => urn === grantOf("mongo-operator-identity-backups")));
    assert.deepEqual((release.inputs["values"] as Fields)["serviceAccount"], {
      create: true,
      annotations: { "example.com/identity": "mongo-psmdb-operator" },
    });
  });

  it("lets nodes and operator out to the bucket and to who gives credentials, where there is one", async () => {
    const agent = { cidrs: ["169.254.170.23/32"], ports: [80] };
    const egress = async (args: Partial<PerconaMongoArgs>, name: string) => {
      const policy = findAll(await set({ identityEndpoints: [agent], ...args }), policyType).find(
        (each) => each.name === name,
      );
      return JSON.stringify((policy?.inputs["spec"] as Fields)["egress"]);
    };
    for (const name of ["mongo-servers", "mongo-operator"]) {
      assert.match(await egress(backed(), name), /"cidr":"169\.254\.170\.23\/32"/);
      assert.match(await egress(backed(), name), /"port":443/);
      assert.doesNotMatch(await egress({}, name), /169\.254\.170\.23/);
    }
    assert.doesNotMatch(await egress({}, "mongo-servers"), /"port":443/);
  });

  it("has its backups watched by a user who reads what agents write down, and no more", async () => {
    const { roles, users, replsets } = await backedSpec();
    const [role] = roles as readonly Fields[];
    assert.deepEqual(role?.["privileges"], [
      { resource: { db: "admin", collection: "pbmConfig" }, actions: ["find"] },
      { resource: { db: "admin", collection: "pbmBackups" }, actions: ["find"] },
      { resource: { db: "admin", collection: "pbmAgents" }, actions: ["find", "remove"] },
    ]);
    assert.deepEqual(role["roles"], [
      { role: "clusterMonitor", db: "admin" },
      { role: "read", db: "local" },
    ]);
    const watcher = (users as readonly Fields[]).at(-1);
    assert.deepEqual(watcher, {
      name: "backups.watcher",
      db: "admin",
      passwordSecretRef: { name: "user-backups.watcher", key: "password" },
      roles: [{ name: "backupWatcher", db: "admin" }],
    });
    const [nodes] = replsets as readonly Fields[];
    const [exporter] = nodes?.["sidecars"] as readonly Fields[];
    assert.ok((exporter?.["args"] as readonly string[]).includes("--collector.pbm"));
    assert.deepEqual(exporter?.["env"], [
      { name: "MONGODB_USER", value: "backups.watcher" },
      {
        name: "MONGODB_PASSWORD",
        valueFrom: { secretKeyRef: { name: "user-backups.watcher", key: "password" } },
      },
    ]);
    const resources = await set(backed());
    const secret = find(resources, secretType, "mongo-backups-watcher");
    assert.ok(isSecretInput(secret, "stringData", "password"));
    assert.ok(find(resources, setType).dependencies.includes(secret.urn));
  });

  it("has room for an agent beside each node where there are backups", async () => {
    const quota = find(await set(backed()), "kubernetes:core/v1:ResourceQuota").inputs["spec"] as Fields;
    const hard = quota["hard"] as Fields;
    // a processor and half a GiB more for each of four pods
    assert.deepEqual([hard["requests.cpu"], hard["requests.memory"]], ["22", "36Gi"]);
  });
});
