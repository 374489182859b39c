import assert from "node:assert/strict";
import type { AwsClusterArgs } from "../../../providers/aws/cluster";
import type { PlanResource } from "../../../preview/plan";
import { find, findAll, run } from "../../support/run";
import { policyOf, textOf } from "./inputs";
import { makeCluster } from "./stacks";

async function backups(args: Partial<AwsClusterArgs> = {}): Promise<readonly PlanResource[]> {
  return (await run(() => makeCluster(args))).resources;
}

const arn = "arn:aws:eks:eu-west-1:210987654321:cluster/main";

describe("the cluster's backup on AWS", () => {
  it("takes the whole cluster each day, and keeps it for thirty unless said", async () => {
    const resources = await backups();
    const selection = find(resources, "aws:backup/selection:Selection");
    assert.deepEqual(selection.inputs["resources"], [arn]);
    const [rule] = find(resources, "aws:backup/plan:Plan").inputs["rules"] as readonly Record<
      string,
      unknown
    >[];
    const { targetVaultName, ...daily } = rule ?? {};
    assert.match(String(targetVaultName), /^main-backup-/);
    assert.deepEqual(daily, {
      ruleName: "daily",
      schedule: "cron(0 22 * * ? *)",
      lifecycle: { deleteAfter: 30 },
    });
  });

  it("waits for the control plane, and for its role's permissions", async () => {
    const { dependencies } = find(await backups(), "aws:backup/selection:Selection");
    for (const dependency of [
      "eks:index:Cluster::main",
      "::main-backup-role-service",
      "::main-backup-role-policy",
    ]) {
      assert.ok(
        dependencies.some((urn) => urn.endsWith(dependency)),
        dependency,
      );
    }
  });

  it("keeps backups under a key of its own, in a vault that is locked and not deleted by mistake", async () => {
    const resources = await backups();
    const vault = find(resources, "aws:backup/vault:Vault");
    assert.match(textOf(vault, "kmsKeyArn"), /^arn:aws:kms:/);
    assert.ok(vault.dependencies.some((urn) => urn.endsWith("aws:kms/key:Key::main-backup-key")));
    assert.equal(vault.inputs["forceDestroy"], false);
    assert.equal(vault.protect, true);
    const lock = find(resources, "aws:backup/vaultLockConfiguration:VaultLockConfiguration");
    assert.equal(lock.inputs["minRetentionDays"], 7);
    // without it the lock can be taken back, by those who may
    assert.equal(lock.inputs["changeableForDays"], undefined);
  });

  it("locks no longer than backups are kept", async () => {
    const lock = find(
      await backups({ backupRetentionDays: 3 }),
      "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
    );
    assert.equal(lock.inputs["minRetentionDays"], 3);
  });

  it("lets backups go with a cluster that is not protected", async () => {
    const resources = await backups({ protect: false });
    const vault = find(resources, "aws:backup/vault:Vault");
    assert.equal(vault.inputs["forceDestroy"], true);
    assert.equal(vault.protect, false);
    assert.deepEqual(findAll(resources, "aws:backup/vaultLockConfiguration:VaultLockConfiguration"), []);
  });

  for (const [role, policy] of [
    ["main-backup-role", "Backup"],
    ["main-backup-restore-role", "Restores"],
  ] as const) {
    it(`gives ${role} to AWS Backup alone, with its own policy and the use of that key`, async () => {
      const resources = await backups();
      const trust = policyOf(find(resources, "aws:iam/role:Role", role), "assumeRolePolicy").Statement;
      assert.deepEqual(trust, [
        { Effect: "Allow", Principal: { Service: "backup.amazonaws.com" }, Action: "sts:AssumeRole" },
      ]);
      const attached = find(
        resources,
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        `${role}-service`,
      );
      assert.equal(
        attached.inputs["policyArn"],
        `arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyFor${policy}`,
      );
      const [use, ...others] = policyOf(
        find(resources, "aws:iam/rolePolicy:RolePolicy", `${role}-policy`),
        "policy",
      ).Statement;
      assert.deepEqual(others, []);
      assert.match(String(use?.["Resource"]), /^arn:aws:kms:/);
    });
  }

  it("makes nothing where no backup is to be kept", async () => {
    const resources = await backups({ backupRetentionDays: 0 });
    assert.deepEqual(
      resources.filter(({ name, type }) => type.startsWith("aws:backup/") || name.startsWith("main-backup")),
      [],
    );
  });

  for (const days of [-1, 361, 1.5]) {
    it(`refuses to keep a backup for ${days} days`, async () => {
      await assert.rejects(
        backups({ backupRetentionDays: days }),
        /cluster\.backupRetentionDays: expected a whole number from 0 to 360/,
      );
    });
  }
});
