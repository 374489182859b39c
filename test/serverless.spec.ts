import assert from "node:assert/strict";
import { clouds } from "../components/cloud";
import type { PlanResource } from "../preview/plan";
import { find, findAll } from "./support/run";
import { waitsFor } from "./support/waitsFor";
import { planOf } from "./support/plans";

async function publishingOn(cloud: string): Promise<readonly PlanResource[]> {
  return await planOf("prod", `cloud=${cloud}`, "blueprint=publishing");
}

/** Text of everything in the cluster that makes pods, or says where they run. */
function podsOf(resources: readonly PlanResource[]): string {
  return JSON.stringify(
    resources.filter(({ type }) => /^kubernetes:(apps|helm)/.test(type)).map(({ inputs }) => inputs),
  );
}

describe("a system whose pods run without nodes", () => {
  for (const cloud of clouds) {
    describe(`on ${cloud}`, () => {
      let resources: readonly PlanResource[];
      before(async () => {
        resources = await publishingOn(cloud);
      });

      it("stands on the cluster of that kind, and asks for no node by a label that there is none with", () => {
        find(resources, `groundwork:${cloud}:ServerlessCluster`);
        assert.doesNotMatch(podsOf(resources), /groundwork\.dev\/pool/);
      });

      it("keeps its database so that it can be had back as it was at any time in thirty days", () => {
        const database = find(
          resources,
          { aws: "aws:rds/instance:Instance", gcp: "gcp:sql/databaseInstance:DatabaseInstance" }[cloud],
          "publishing-prod-postgres",
        );
        const text = JSON.stringify(database.inputs);
        if (cloud === "aws") {
          assert.match(text, /"backupRetentionPeriod":30/);
          assert.match(text, /"multiAz":true/);
        } else {
          assert.match(text, /"pointInTimeRecoveryEnabled":true/);
          assert.match(text, /"transactionLogRetentionDays":30/);
          assert.match(text, /"availabilityType":"REGIONAL"/);
        }
      });

      it("has no Redis, an archive for old objects, and a CDN with a firewall before it", () => {
        const has = (type: RegExp) => resources.some((resource) => type.test(resource.type));
        assert.ok(!has(/^(aws:elasticache|gcp:redis)/));
        assert.ok(has(/^(aws:cloudfront\/distribution|gcp:compute\/backendBucket):/));
        assert.ok(has(/^(aws:wafv2\/webAcl|gcp:compute\/securityPolicy):/));
        const archive = { aws: /"storageClass":"GLACIER/, gcp: /"storageClass":"COLDLINE"/ }[cloud];
        assert.ok(resources.some(({ inputs }) => archive.test(JSON.stringify(inputs))));
      });

      it("has workloads sign in as themselves, each by what its service account carries", () => {
        const accounts = findAll(resources, "kubernetes:core/v1:ServiceAccount")
          .map(({ inputs }) => JSON.stringify(inputs))
          .filter((account) => account.includes('"namespace":"publishing"'));
        const annotation = { aws: "eks.amazonaws.com/role-arn", gcp: "iam.gke.io/gcp-service-account" }[
          cloud
        ];
        // all but the site, which uses no store
        assert.equal(accounts.filter((account) => account.includes(annotation)).length, 3);
        assert.equal(accounts.length, 4);
      });
    });
  }

  it("runs nothing on Autopilot's nodes that Autopilot refuses", async () => {
    const resources = await publishingOn("gcp");
    assert.doesNotMatch(podsOf(resources), /"(hostNetwork|hostPID|hostPath|hostPort|privileged)":(?!false)/);
    assert.doesNotMatch(podsOf(resources), /"prometheus-node-exporter"/);
    const namespaces = resources
      .filter(({ type }) => type.startsWith("kubernetes:"))
      .map(({ inputs }) => (inputs["metadata"] as { namespace?: string } | undefined)?.namespace);
    assert.ok(!namespaces.includes("kube-system"));
    for (const { inputs } of findAll(resources, "kubernetes:helm.sh/v3:Release"))
      assert.notEqual(inputs["namespace"], "kube-system");
  });

  it("makes no pod on Fargate before its security group, its logs and its profile are there", async () => {
    const resources = await publishingOn("aws");
    const group = find(resources, "kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy");
    assert.match(JSON.stringify(group.inputs["metadata"]), /"namespace":"publishing"/);
    const profile = find(resources, "aws:eks/fargateProfile:FargateProfile");
    const settings = resources.find(({ name }) => name.endsWith("-pod-logging-router"));
    const deployments = findAll(resources, "kubernetes:apps/v1:Deployment");
    assert.equal(deployments.length, 4);
    for (const deployment of deployments) {
      for (const before of [group, profile, settings ?? assert.fail()]) {
        assert.ok(
          waitsFor(resources, deployment, (urn) => urn === before.urn),
          `${deployment.name} does not wait for ${before.name}`,
        );
      }
    }
  });

  it("asks of Fargate no port, right or volume of the node", async () => {
    const resources = await publishingOn("aws");
    const deployments = JSON.stringify(
      findAll(resources, "kubernetes:apps/v1:Deployment").map(({ inputs }) => inputs),
    );
    assert.doesNotMatch(deployments, /"(hostNetwork|hostPID|hostPath|hostPort|persistentVolumeClaim)"/);
    assert.doesNotMatch(deployments, /"privileged":true|"allowPrivilegeEscalation":true/);
  });
});
