import assert from "node:assert/strict";
import type { Teams } from "../../../components/cluster/teamAccess";
import type { PlanResource } from "../../../preview/plan";
import { gcpProvider } from "../../../providers/gcp";
import { find, findAll, run } from "../../support/run";
import { clusterArgs, networkArgs, place, textOf } from "./stack";

const nobody: Teams = { admin: [], operator: [], viewer: [] };
const securityGroup = "gke-security-groups@example.com";

async function letIn(
  teams: Partial<Teams>,
  options: { readonly securityGroup?: string } = { securityGroup },
): Promise<readonly PlanResource[]> {
  const { resources } = await run(() => {
    const cloud = gcpProvider("main", { ...place, ...options }, {});
    const network = cloud.network("main-network", networkArgs, {});
    const cluster = cloud.cluster("main", { ...clusterArgs, network }, {});
    cloud.teamAccess("teams", { cluster, namespace: "shop", teams: { ...nobody, ...teams } }, {});
  });
  return resources;
}

const binding = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding";
const member = "gcp:projects/iAMMember:IAMMember";

function grantsOf(resources: readonly PlanResource[]): readonly PlanResource[] {
  return findAll(resources, member).filter(({ name }) => name.startsWith("teams-"));
}

describe("team access on GCP", () => {
  for (const [role, clusterRole] of [
    ["operator", "edit"],
    ["viewer", "view"],
  ] as const) {
    it(`gives ${role} Kubernetes' role ${clusterRole} in the namespace, and in IAM no more than the door`, async () => {
      const resources = await letIn({ [role]: ["group:team@example.com", "user:one@example.com"] });
      const bound = find(resources, binding, `teams-${role}`);
      assert.deepEqual(bound.inputs["metadata"], { name: `team-${role}`, namespace: "shop" });
      assert.deepEqual(bound.inputs["roleRef"], {
        apiGroup: "rbac.authorization.k8s.io",
        kind: "ClusterRole",
        name: clusterRole,
      });
      assert.deepEqual(bound.inputs["subjects"], [
        { apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "team@example.com" },
        { apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "one@example.com" },
      ]);
      const reach = find(resources, "gcp:projects/iAMCustomRole:IAMCustomRole", "teams-reach");
      assert.deepEqual(reach.inputs["permissions"], ["container.clusters.connect", "container.clusters.get"]);
      const grants = grantsOf(resources);
      assert.deepEqual(
        grants.map(({ inputs }) => inputs["member"]),
        ["group:team@example.com", "user:one@example.com"],
      );
      for (const { inputs } of grants) {
        assert.match(textOf(inputs["role"]), /\/roles\/clusterGuest_/);
        assert.match(JSON.stringify(inputs["condition"]), /locations\/us-east1\/clusters\/main-/);
      }
    });
  }

  it("gives admin the whole of this cluster, and of no other, by IAM alone", async () => {
    const resources = await letIn({ admin: ["group:admins@example.com"] }, {});
    const [grant, ...others] = grantsOf(resources);
    assert.deepEqual(others, []);
    assert.equal(grant?.inputs["role"], "roles/container.admin");
    assert.match(JSON.stringify(grant.inputs["condition"]), /clusters\/main-/);
    assert.deepEqual(findAll(resources, binding), []);
    assert.deepEqual(findAll(resources, "gcp:projects/iAMCustomRole:IAMCustomRole"), []);
  });

  it("lets Kubernetes know groups where the stack names the group that holds them", async () => {
    const groups = async (options: { readonly securityGroup?: string }) =>
      find(await letIn({}, options), "gcp:container/cluster:Cluster").inputs["authenticatorGroupsConfig"];
    assert.deepEqual(await groups({ securityGroup }), { securityGroup });
    assert.equal(await groups({}), undefined);
  });

  it("refuses a group that Kubernetes would not know", async () => {
    await assert.rejects(
      letIn({ viewer: ["group:viewers@example.com"] }, {}),
      /gcp\.securityGroup: expected the group that holds group:viewers@example\.com, got nothing/,
    );
    await letIn({ viewer: ["user:viewer@example.com"] }, {});
  });

  it("refuses a member in two roles, and one that RBAC can't name", async () => {
    await assert.rejects(
      letIn({ admin: ["user:one@example.com"], viewer: ["user:one@example.com"] }),
      /teams: expected each principal once, got "user:one@example\.com" twice/,
    );
    await assert.rejects(
      letIn({ viewer: ["domain:example.com"] }),
      /teams: expected an IAM member such as group:ops@example\.com, got "domain:example\.com"/,
    );
  });
});
