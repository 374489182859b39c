import assert from "node:assert/strict";
import type { ClusterArgs } from "../../../components/cluster/cluster";
import type { PlanResource } from "../../../preview/plan";
import { find, findAll } from "../../support/run";
import { clusterArgs, networkArgs, onGcp, textOf } from "./stack";

async function backups(args: Partial<ClusterArgs> = {}): Promise<readonly PlanResource[]> {
  const { resources } = await onGcp((cloud) => {
    const network = cloud.network("main-network", networkArgs, {});
    return cloud.cluster("main", { ...clusterArgs, network, ...args }, {});
  });
  return resources;
}

const planType = "gcp:gkebackup/backupPlan:BackupPlan";

describe("the cluster's backup on GCP", () => {
  it("takes everything each day under a key of its own, and keeps it for thirty days unless said", async () => {
    const plan = find(await backups(), planType, "main-backup");
    const { backupConfig, cluster, ...inputs } = plan.inputs;
    assert.match(textOf(cluster), /^projects\/example-prod\/locations\/us-east1\/clusters\/main-/);
    const { encryptionKey, ...config } = backupConfig as Record<string, unknown>;
    assert.match(
      JSON.stringify(encryptionKey),
      /"gcpKmsEncryptionKey":"projects\/.*\/cryptoKeys\/main-backup-key-/,
    );
    assert.deepEqual(config, { allNamespaces: true, includeSecrets: true, includeVolumeData: true });
    assert.deepEqual(inputs, {
      location: "us-east1",
      description: "every day, all of it",
      backupSchedule: { cronSchedule: "0 22 * * *" },
      retentionPolicy: { backupRetainDays: 30, backupDeleteLockDays: 7 },
    });
    assert.equal(plan.protect, true);
  });

  it("waits for its API and for its agent's use of the key", async () => {
    const resources = await backups();
    const { dependencies } = find(resources, planType);
    for (const dependency of ["::main-gkebackup", "::main-backup-key-backup"]) {
      assert.ok(
        dependencies.some((urn) => urn.endsWith(dependency)),
        dependency,
      );
    }
    const grant = find(resources, "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember", "main-backup-key-backup");
    assert.equal(
      grant.inputs["member"],
      "serviceAccount:service-123456789012@gcp-sa-gkebackup.iam.gserviceaccount.com",
    );
  });

  it("locks no longer than backups are kept, and not where nothing is protected", async () => {
    const retention = async (args: Partial<ClusterArgs>) =>
      find(await backups(args), planType).inputs["retentionPolicy"];
    assert.deepEqual(await retention({ backupRetentionDays: 3 }), {
      backupRetainDays: 3,
      backupDeleteLockDays: 3,
    });
    assert.deepEqual(await retention({ protect: false }), { backupRetainDays: 30, backupDeleteLockDays: 0 });
  });

  it("has a plan by which what is missing is restored, and what is there stays", async () => {
    const { inputs } = find(await backups(), "gcp:gkebackup/restorePlan:RestorePlan", "main-backup-restore");
    assert.match(textOf(inputs["backupPlan"]), /\/backupPlans\/main-backup-/);
    assert.deepEqual(inputs["restoreConfig"], {
      allNamespaces: true,
      namespacedResourceRestoreMode: "MERGE_SKIP_ON_CONFLICT",
      volumeDataRestorePolicy: "RESTORE_VOLUME_DATA_FROM_BACKUP",
      clusterResourceRestoreScope: { allGroupKinds: true },
      clusterResourceConflictPolicy: "USE_EXISTING_VERSION",
    });
  });

  it("runs the agent in the cluster exactly where backups are kept", async () => {
    const agent = async (args: Partial<ClusterArgs>) =>
      (
        find(await backups(args), "gcp:container/cluster:Cluster").inputs["addonsConfig"] as Record<
          string,
          unknown
        >
      )["gkeBackupAgentConfig"];
    assert.deepEqual(await agent({}), { enabled: true });
    assert.deepEqual(await agent({ backupRetentionDays: 0 }), { enabled: false });
  });

  it("makes nothing where no backup is to be kept", async () => {
    const resources = await backups({ backupRetentionDays: 0 });
    assert.deepEqual(findAll(resources, planType), []);
    assert.deepEqual(
      resources.filter(({ name }) => name.startsWith("main-backup")),
      [],
    );
  });

  it("refuses to keep a backup longer than GKE does", async () => {
    await assert.rejects(
      backups({ backupRetentionDays: 361 }),
      /cluster\.backupRetentionDays: expected a whole number from 0 to 360, got 361/,
    );
  });
});
