import assert from "node:assert/strict";
import type { Audit } from "../../../components/governance/audit";
import { gcpProvider } from "../../../providers/gcp";
import { find, findAll, type Ran, run, valueOf } from "../../support/run";
import { onGcp, place, textOf } from "./stack";

async function makeAudit(protect?: boolean): Promise<Ran<Audit>> {
  return await onGcp((cloud) =>
    cloud.audit("main-audit", { retentionDays: 400, ...(protect !== undefined && { protect }) }, {}),
  );
}

const number = "123456789012";

describe("GcpAudit", () => {
  it("records what is read as well as what is changed, in every service", async () => {
    const { resources } = await makeAudit();
    assert.deepEqual(find(resources, "gcp:projects/iAMAuditConfig:IAMAuditConfig").inputs, {
      project: "example-prod",
      service: "allServices",
      auditLogConfigs: [{ logType: "ADMIN_READ" }, { logType: "DATA_READ" }, { logType: "DATA_WRITE" }],
    });
  });

  it("keeps the audit logs in a bucket that is locked, under a key of its own", async () => {
    const { result, resources } = await makeAudit();
    const bucket = find(resources, "gcp:logging/projectBucketConfig:ProjectBucketConfig");
    const { bucketId, cmekSettings, ...rest } = bucket.inputs;
    assert.match(textOf(bucketId), /^main-audit-record-[0-9a-f]{8}$/);
    assert.equal(await valueOf(result.recordName), bucketId);
    assert.match(JSON.stringify(cmekSettings), /\/cryptoKeys\/main-audit-record-key-[0-9a-f]{7}"\}$/);
    assert.deepEqual(rest, {
      project: "example-prod",
      location: "us-east1",
      description: "audit logs of the project",
      retentionDays: 400,
      locked: true,
    });
    assert.equal(bucket.protect, true);
    const grant = find(
      resources,
      "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
      "main-audit-record-key-logging",
    );
    assert.equal(
      grant.inputs["member"],
      `serviceAccount:cmek-p${number}@gcp-sa-logging.iam.gserviceaccount.com`,
    );
    assert.ok(bucket.dependencies.includes(grant.urn));
    const sink = find(resources, "gcp:logging/projectSink:ProjectSink");
    assert.equal(sink.inputs["filter"], 'logName:"projects/example-prod/logs/cloudaudit.googleapis.com"');
    assert.match(textOf(sink.inputs["destination"]), new RegExp(`/buckets/${textOf(bucketId)}$`));
  });

  it("pays for the record of reads and writes once: it stays out of _Default when it is kept", async () => {
    const { resources } = await makeAudit();
    const exclusion = find(resources, "gcp:logging/projectExclusion:ProjectExclusion");
    assert.equal(
      exclusion.inputs["filter"],
      'logName="projects/example-prod/logs/cloudaudit.googleapis.com%2Fdata_access"',
    );
    assert.ok(exclusion.dependencies.includes(find(resources, "gcp:logging/projectSink:ProjectSink").urn));
  });

  it("leaves the organisation's constraints alone where it is told to", async () => {
    const { resources } = await run(() =>
      gcpProvider("main", { ...place, constraints: false }, {}).audit(
        "main-audit",
        { retentionDays: 400 },
        {},
      ),
    );
    assert.deepEqual(findAll(resources, "gcp:orgpolicy/policy:Policy"), []);
    assert.equal(findAll(resources, "gcp:projects/iAMAuditConfig:IAMAuditConfig").length, 1);
  });

  it("announces what Security Command Center finds, by an account that may publish there only", async () => {
    const { resources } = await makeAudit();
    const { inputs } = find(
      resources,
      "gcp:securitycenter/v2ProjectNotificationConfig:V2ProjectNotificationConfig",
    );
    const topic = textOf(inputs["pubsubTopic"]);
    assert.match(topic, /^projects\/example-prod\/topics\/main-audit-findings-[0-9a-f]{7}$/);
    assert.deepEqual(inputs["streamingConfig"], {
      filter: 'state="ACTIVE" AND NOT mute="MUTED" AND (severity="HIGH" OR severity="CRITICAL")',
    });
    const publisher = find(resources, "gcp:pubsub/topicIAMMember:TopicIAMMember").inputs;
    assert.deepEqual([publisher["topic"], publisher["role"]], [topic, "roles/pubsub.publisher"]);
    assert.match(textOf(publisher["member"]), /^serviceAccount:service-project-\d+@/);
  });

  it("sets the constraints that a project may set, in the project alone", async () => {
    const { resources } = await makeAudit();
    const owner = "projects/example-prod";
    const policies = findAll(resources, "gcp:orgpolicy/policy:Policy");
    const rules = Object.fromEntries(
      policies.map(({ inputs }) => [
        textOf(inputs["name"]).replace(`${owner}/policies/`, ""),
        inputs["spec"],
      ]),
    );
    const on = { rules: [{ enforce: "TRUE" }] };
    assert.deepEqual(rules, {
      "compute.disableSerialPortAccess": on,
      "compute.requireOsLogin": on,
      "compute.requireShieldedVm": on,
      "compute.vmExternalIpAccess": { rules: [{ denyAll: "TRUE" }] },
      "iam.automaticIamGrantsForDefaultServiceAccounts": on,
      "iam.disableServiceAccountKeyCreation": on,
      "iam.disableServiceAccountKeyUpload": on,
      "sql.restrictPublicIp": on,
      "storage.publicAccessPrevention": on,
      "storage.secureHttpTransport": on,
      "storage.uniformBucketLevelAccess": on,
    });
    assert.ok(policies.every(({ inputs }) => inputs["parent"] === owner));
  });

  it("calls no API before it is on", async () => {
    const { resources } = await makeAudit();
    for (const [type, api] of [
      ["gcp:orgpolicy/policy:Policy", "orgpolicy"],
      ["gcp:securitycenter/v2ProjectNotificationConfig:V2ProjectNotificationConfig", "securitycenter"],
    ] as const) {
      const { urn } = find(resources, "gcp:projects/service:Service", `main-${api}`);
      for (const { dependencies, name } of findAll(resources, type)) {
        assert.ok(dependencies.includes(urn), `${name} waits for ${api}`);
      }
    }
  });

  it("may go where the stack is not protected, once the bucket is empty", async () => {
    const { resources } = await makeAudit(false);
    const { protect, inputs } = find(resources, "gcp:logging/projectBucketConfig:ProjectBucketConfig");
    assert.deepEqual([protect, inputs["locked"]], [false, true]);
  });
});
