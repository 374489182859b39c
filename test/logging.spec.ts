import * as assert from "node:assert/strict";
import { blueprints } from "../blueprints/catalogue";
import { blueprintNames } from "../blueprints/names";
import { clouds } from "../components/cloud";
import type { PlanResource } from "../preview/plan";
import { production } from "./blueprints/production";
import { configOf, problemsOf, stackValues } from "./config/stackFiles";
import { find, findAll } from "./support/run";

const release = "kubernetes:helm.sh/v3:Release";
const name = "seo-platform-prod-loki";
const loki = ({ inputs }: PlanResource): boolean => inputs["name"] === "loki";

const withLoki = (blueprint: string, said: object): Record<string, string> => ({
  ...stackValues("prod"),
  blueprint,
  platform: JSON.stringify({ loki: said }),
});

describe("logs of the cluster", () => {
  it("are what seo-platform has Loki keep", () => {
    const asking = blueprintNames.filter((blueprint) => blueprints[blueprint].platform.loki !== undefined);
    assert.deepEqual(asking, ["seo-platform"]);
  });

  for (const cloud of clouds) {
    describe(`of seo-platform on ${cloud}`, () => {
      let resources: readonly PlanResource[];
      before(async () => {
        resources = await production("seo-platform", cloud);
      });

      it("are kept as long as metrics, and for the audit as long as other audit logs", () => {
        const [chart] = findAll(resources, release).filter(loki);
        const values = JSON.stringify(chart?.inputs["values"]);
        assert.match(values, /"limits_config":\{[^}]*"retention_period":"720h"/);
        assert.match(values, /"audit":\{"retention_period":"8760h"/);
        assert.match(values, cloud === "aws" ? /"type":"s3"/ : /"type":"gcs"/);
        assert.match(values, new RegExp(`"bucketNames":\\{"chunks":"[^"]*${name}-[0-9a-f]+"`));
      });

      it("are waited for by nothing but what shows and sends them", () => {
        const chart = findAll(resources, release).find(loki) ?? assert.fail("no Loki");
        const waiting = resources.filter(({ dependencies }) => dependencies.includes(chart.urn));
        for (const resource of waiting) assert.ok(resource.name.startsWith(`${name}-`), resource.name);
      });

      it("are sent from each node and from one that reads events", () => {
        const senders = findAll(resources, release).filter(({ inputs }) => inputs["name"] === "alloy");
        assert.deepEqual(senders.map(({ inputs }) => inputs["namespace"]).sort(), ["alloy", "alloy-events"]);
      });
    });
  }

  for (const cloud of clouds) {
    it(`are looked at by the cloud on ${cloud} where it keeps them, which is publishing alone`, async () => {
      for (const blueprint of blueprintNames) {
        const resources = await production(blueprint, cloud);
        const alarms = resources.filter(({ name }) => /-alarms-(critical|warning)-logs-/.test(name));
        const services = Object.keys(blueprints[blueprint].services).length;
        // on AWS two for each service and one for all, on GCP each for all
        const wanted = cloud === "aws" ? 2 * services + 1 : 3;
        assert.equal(alarms.length, blueprint === "publishing" ? wanted : 0, blueprint);
      }
    });
  }

  it("are in a bucket under a key of its own on AWS, reached by a role that reaches that bucket and key alone", async () => {
    const resources = await production("seo-platform", "aws");
    find(resources, "aws:kms/key:Key", `${name}-key`);
    const { inputs } = find(resources, "aws:iam/rolePolicy:RolePolicy", `${name}-identity-bucket`);
    const { Statement } = JSON.parse(inputs["policy"] as string) as { Statement: { Resource: string }[] };
    assert.equal(Statement.length, 3);
    for (const { Resource } of Statement) assert.match(Resource, /-loki-[0-9a-f]{7}(\/\*)?$|:kms:/);
    const association = find(
      resources,
      "aws:eks/podIdentityAssociation:PodIdentityAssociation",
      `${name}-identity`,
    );
    assert.deepEqual(
      [association.inputs["namespace"], association.inputs["serviceAccount"]],
      ["loki", "loki"],
    );
  });

  it("are in a bucket under a key of its own on GCP, reached by a service account with a role on that bucket alone", async () => {
    const resources = await production("seo-platform", "gcp");
    const bucket = find(resources, "gcp:storage/bucket:Bucket", name);
    assert.match(JSON.stringify(bucket.inputs["encryption"]), new RegExp(`${name}-key`));
    const grant = find(resources, "gcp:storage/bucketIAMMember:BucketIAMMember", `${name}-identity-bucket`);
    assert.equal(grant.inputs["role"], "roles/storage.objectUser");
    const [chart] = findAll(resources, release).filter(loki);
    assert.match(
      JSON.stringify(chart?.inputs["values"]),
      /"serviceAccount":\{"annotations":\{"iam\.gke\.io\/gcp-service-account":/,
    );
  });

  it("are kept otherwise where a stack says so", () => {
    const said = { enabled: true, retentionDays: 14, auditRetentionDays: 400, redact: ["ipAddress"] };
    const { loki: spec } = configOf(withLoki("seo-platform", said)).blueprint.platform;
    assert.deepEqual(spec, { retentionDays: 14, auditRetentionDays: 400, redact: ["ipAddress"] });
  });

  it("are not forgotten for the audit before the rest", () => {
    const problems = problemsOf(withLoki("seo-platform", { retentionDays: 60, auditRetentionDays: 59 }));
    assert.match(
      problems.join("\n"),
      /^platform\.loki\.auditRetentionDays: expected no less than how long other logs are kept, 60 days, got 59$/m,
    );
  });

  for (const [said, key] of [
    [{ retentionDays: 0 }, "retentionDays"],
    [{ auditRetentionDays: 1.5 }, "auditRetentionDays"],
    [{ redact: ["names"] }, "redact"],
  ] as const) {
    it(`are refused with ${JSON.stringify(said)} by its key`, () => {
      const problems = problemsOf(withLoki("seo-platform", said)).join("\n");
      assert.match(problems, new RegExp(`^platform\\.loki\\.${key}`, "m"));
    });
  }

  it("are the cloud's where pods run without nodes, on which Alloy would be", () => {
    const problems = problemsOf(withLoki("publishing", { enabled: true })).join("\n");
    assert.match(
      problems,
      /^platform\.loki\.enabled: expected false where .*publishing.*the cloud keeps.*$/m,
    );
  });
});
