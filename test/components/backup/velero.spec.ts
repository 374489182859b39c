import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { Velero } from "../../../components/backup/velero";
import { find, findAll, run } from "../../support/run";
import { BucketStub, IdentityStub } from "../platform/cloudStubs";
import { at } from "../traffic/scene";

const release = "kubernetes:helm.sh/v3:Release";

const make = () =>
  run(
    () =>
      new Velero("shop-velero", {
        nodeSelector: { pool: "system" },
        identify: (name, account, opts) => new IdentityStub(name, account, opts),
        identityEndpoints: [{ cidrs: ["169.254.170.23/32"], ports: [80] }],
        storage: {
          letSign: (name, to, opts) => {
            const data = { signs: to.principal };
            new k8s.core.v1.ConfigMap(name, { metadata: { name, namespace: "test" }, data }, opts);
          },
          provider: "example.com/store",
          plugin: { repository: "registry.example.com/plugin", tag: "v1" },
          configOf: (identity) => ({ account: identity.principal }),
        },
        bucket: (name, opts) => new BucketStub(name, { bucketName: "shop-backups" }, opts),
      }),
  );
const installed = async () => find((await make()).resources, release);

describe("Velero", () => {
  it("writes into a bucket of its own, as its own identity, without a key", async () => {
    const { resources } = await make();
    const chart = find(resources, release);
    assert.deepEqual(at(chart, "values", "credentials"), { useSecret: false });
    assert.deepEqual(at(chart, "values", "configuration", "backupStorageLocation"), [
      {
        name: "default",
        provider: "example.com/store",
        bucket: "shop-backups",
        prefix: "velero",
        default: true,
        config: { account: "velero/velero" },
      },
    ]);
    assert.deepEqual(
      findAll(resources, "kubernetes:core/v1:ConfigMap").map((grant) => at(grant, "data")),
      [{ to: "velero/velero", access: "readWrite" }, { signs: "velero/velero" }],
    );
    assert.deepEqual(at(chart, "values", "serviceAccount", "server", "annotations"), {
      "example.com/identity": "velero-velero",
    });
  });

  it("keeps objects of all namespaces, hourly for two days and daily for thirty", async () => {
    const schedules = at(await installed(), "values", "schedules") as Readonly<
      Record<string, { schedule: string; template: Readonly<Record<string, unknown>> }>
    >;
    assert.deepEqual(
      Object.entries(schedules).map(([name, { schedule, template }]) => [name, schedule, template["ttl"]]),
      [
        ["daily", "40 4 * * *", "720h0m0s"],
        ["hourly", "10 * * * *", "48h0m0s"],
      ],
    );
    for (const { template } of Object.values(schedules)) {
      assert.deepEqual(template["includedNamespaces"], ["*"]);
      assert.equal(template["includeClusterResources"], true);
      assert.deepEqual(template["excludedResources"], ["events", "events.events.k8s.io"]);
    }
  });

  it("leaves volumes to the vault, and so has nothing on the nodes", async () => {
    const chart = await installed();
    assert.deepEqual(
      [at(chart, "values", "snapshotsEnabled"), at(chart, "values", "deployNodeAgent")],
      [false, false],
    );
    for (const schedule of ["daily", "hourly"]) {
      assert.equal(at(chart, "values", "schedules", schedule, "template", "snapshotVolumes"), false);
    }
  });

  it("runs without privileges, its plugin too", async () => {
    const chart = await installed();
    const security = {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      capabilities: { drop: ["ALL"] },
    };
    assert.deepEqual(at(chart, "values", "containerSecurityContext"), security);
    assert.deepEqual(at(chart, "values", "initContainers", 0, "securityContext"), security);
    assert.equal(at(chart, "values", "initContainers", 0, "image"), "registry.example.com/plugin:v1");
    const namespace = find((await make()).resources, "kubernetes:core/v1:Namespace");
    assert.equal(at(namespace, "metadata", "labels", "pod-security.kubernetes.io/enforce"), "restricted");
  });

  it("speaks to the API server, the bucket and its credentials, and hears Prometheus alone", async () => {
    const { resources } = await make();
    const policy = (name: string) =>
      find(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy", `shop-velero-${name}`);
    const ports = (name: string, way: string) =>
      (at(policy(name), "spec", way) as { ports: { port: number }[] }[]).flatMap(({ ports: some }) =>
        some.map(({ port }) => port),
      );
    assert.deepEqual(ports("server", "egress"), [443, 443, 80]);
    assert.deepEqual(ports("server", "ingress"), [8085]);
    assert.deepEqual(ports("upgrade", "egress"), [443]);
    const label = at(policy("upgrade"), "spec", "podSelector", "matchLabels");
    assert.deepEqual(at(find(resources, release), "values", "kubectl", "labels"), label);
  });

  it("says when a backup failed, when there is none, and when its bucket is away", async () => {
    const rules = find((await make()).resources, "kubernetes:monitoring.coreos.com/v1:PrometheusRule");
    const alerts = at(rules, "spec", "groups", 0, "rules") as { alert: string; expr: string }[];
    assert.deepEqual(
      alerts.map(({ alert }) => alert),
      ["velero-failed", "velero-late", "velero-location"],
    );
    // the status is set to 1 again each minute, so that it would never alert
    assert.equal(
      alerts[0]?.expr,
      'sum by (schedule) (increase(velero_backup_failure_total{schedule!=""}[2h]) + increase(velero_backup_partial_failure_total{schedule!=""}[2h]) + increase(velero_backup_validation_failure_total{schedule!=""}[2h])) > 0',
    );
    // a new stack has its first daily backup up to a day later, and its first hourly one within an hour
    assert.match(
      alerts[1]?.expr ?? "",
      /schedule="velero-daily"\}\) > 93600\) or absent\(velero_backup_last_successful_timestamp\{schedule!=""\}\)/,
    );
  });
});
