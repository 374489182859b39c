import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../../../components/cluster/cluster";
import type { Teams } from "../../../components/cluster/teamAccess";
import type { PlanResource } from "../../../preview/plan";
import { AwsTeamAccess } from "../../../providers/aws/teamAccess";
import { find, findAll, run } from "../../support/run";
import { awsProviders } from "./stacks";

const arn = (name: string): string => `arn:aws:iam::210987654321:${name}`;
const nobody: Teams = { admin: [], operator: [], viewer: [] };

/** A cluster that stands already: what team access reads of one. */
class GivenCluster extends pulumi.ComponentResource implements Cluster {
  readonly clusterName = pulumi.output("main");
  readonly endpoint = pulumi.output("https://main.eks.amazonaws.com");
  readonly kubeconfig = pulumi.secret("{}");
  readonly provider: k8s.Provider;
  readonly ready = [];
  readonly storageClassName = "gp3";

  constructor(name: string) {
    super("groundwork:test:Cluster", name);
    this.provider = new k8s.Provider(name, {}, { parent: this });
    this.registerOutputs({});
  }
}

async function letIn(teams: Partial<Teams>): Promise<readonly PlanResource[]> {
  const { resources } = await run(() => {
    const args = { cluster: new GivenCluster("given"), namespace: "shop", teams: { ...nobody, ...teams } };
    return new AwsTeamAccess("teams", args, { providers: awsProviders() });
  });
  return resources;
}

describe("team access on AWS", () => {
  const rights = [
    ["admin", "AmazonEKSClusterAdminPolicy", { type: "cluster" }],
    ["operator", "AmazonEKSEditPolicy", { type: "namespace", namespaces: ["shop"] }],
    ["viewer", "AmazonEKSViewPolicy", { type: "namespace", namespaces: ["shop"] }],
  ] as const;
  for (const [role, policy, accessScope] of rights) {
    it(`gives ${role} ${policy} and no more`, async () => {
      const resources = await letIn({ [role]: [arn("role/team")] });
      const name = `teams-${role}-role-team`;
      const entry = find(resources, "aws:eks/accessEntry:AccessEntry");
      assert.equal(entry.name, name);
      assert.equal(entry.inputs["principalArn"], arn("role/team"));
      assert.equal(entry.inputs["kubernetesGroups"], undefined);
      const association = find(resources, "aws:eks/accessPolicyAssociation:AccessPolicyAssociation");
      assert.equal(association.name, name);
      assert.equal(association.inputs["policyArn"], `arn:aws:eks::aws:cluster-access-policy/${policy}`);
      assert.deepEqual(association.inputs["accessScope"], accessScope);
      assert.ok(association.dependencies.includes(entry.urn));
    });
  }

  it("makes an entry for each principal, named after it", async () => {
    const resources = await letIn({
      operator: [arn("role/teams/one"), arn("user/one")],
      viewer: [arn("role/other")],
    });
    assert.deepEqual(
      findAll(resources, "aws:eks/accessEntry:AccessEntry").map(({ name }) => name),
      ["teams-operator-role-teams-one", "teams-operator-user-one", "teams-viewer-role-other"],
    );
  });

  it("refuses a principal in two roles, and one that IAM can't name", async () => {
    await assert.rejects(
      letIn({ operator: [arn("role/team")], viewer: [arn("role/team")] }),
      /teams: expected each principal once, got "arn:.*role\/team" twice/,
    );
    await assert.rejects(
      letIn({ viewer: ["group:viewers@example.com"] }),
      /teams: expected the ARN of an IAM role or user, got "group:viewers@example\.com"/,
    );
  });
});
