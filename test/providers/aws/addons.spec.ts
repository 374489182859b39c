import * as assert from "node:assert/strict";
import { kubernetesVersions } from "../../../components/cluster/nodePools";
import type { PlanResource } from "../../../preview/plan";
import { type MinorPins, misfit, pinsOf } from "../../../providers/aws/addonVersions";
import { find, findAll, run } from "../../support/run";
import { policyOf, textOf } from "./inputs";
import { makeCluster } from "./stacks";

const addonType = "aws:eks/addon:Addon";

async function addons(version = "1.35", tags: Record<string, string> = {}): Promise<readonly PlanResource[]> {
  return (await run(() => makeCluster({ version, tags }))).resources;
}

function configurationOf(resources: readonly PlanResource[], addon: string): unknown {
  return JSON.parse(textOf(find(resources, addonType, `main-${addon}`), "configurationValues"));
}

describe("Add-ons of the AWS cluster", () => {
  for (const version of kubernetesVersions) {
    it(`pins a build of every add-on for ${version}, kube-proxy of that minor`, async () => {
      const found = findAll(await addons(version), addonType);
      assert.deepEqual(found.map(({ inputs }) => inputs["addonName"]).sort(), [
        "aws-ebs-csi-driver",
        "coredns",
        "eks-node-monitoring-agent",
        "eks-pod-identity-agent",
        "kube-proxy",
        "snapshot-controller",
        "vpc-cni",
      ]);
      for (const addon of found) {
        assert.match(textOf(addon, "addonVersion"), /^v\d+\.\d+\.\d+-eksbuild\.\d+$/, addon.name);
      }
      const kubeProxy = find(found, addonType, "main-kube-proxy");
      assert.ok(textOf(kubeProxy, "addonVersion").startsWith(`v${version}.`));
    });
  }

  const fitting = pinsOf("1.35");
  const misfits: readonly [what: string, pins: MinorPins, problem: RegExp][] = [
    [
      "kube-proxy of the next minor",
      { ...fitting, addons: { ...fitting.addons, "kube-proxy": "v1.36.0-eksbuild.21" } },
      /^kube-proxy: expected a build for Kubernetes 1\.35, got "v1\.36\.0-eksbuild\.21"$/,
    ],
    [
      "Cluster Autoscaler of the last minor",
      { ...fitting, clusterAutoscaler: "v1.34.5" },
      /^cluster-autoscaler: expected a build for Kubernetes 1\.35, got "v1\.34\.5"$/,
    ],
  ];
  for (const [what, pins, problem] of misfits) {
    it(`finds ${what} among the pins`, () => {
      assert.match(misfit("1.35", pins) ?? "", problem);
    });
  }

  it("finds nothing among pins that go with their minor", () => {
    for (const version of kubernetesVersions) assert.equal(misfit(version, pinsOf(version)), undefined);
  });

  it("enforces network policies and hands out addresses by the prefix", async () => {
    assert.deepEqual(configurationOf(await addons(), "vpc-cni"), {
      enableNetworkPolicy: "true",
      env: { ENABLE_PREFIX_DELEGATION: "true", WARM_PREFIX_TARGET: "1" },
    });
  });

  it("runs DNS on two replicas or more, once there are nodes", async () => {
    const resources = await addons();
    assert.deepEqual(configurationOf(resources, "coredns"), {
      autoScaling: { enabled: true, minReplicas: 2, maxReplicas: 10 },
    });
    const { dependencies } = find(resources, addonType, "main-coredns");
    assert.ok(dependencies.some((urn) => urn.endsWith("NodeGroup::main-system-a")));
  });

  it("tags the volumes it makes for pods", async () => {
    assert.deepEqual(configurationOf(await addons("1.35", { owner: "platform" }), "aws-ebs-csi-driver"), {
      controller: { extraVolumeTags: { owner: "platform" } },
      sidecars: { snapshotter: { forceEnable: true } },
    });
  });

  it("installs the kinds of snapshots before the driver that takes them", async () => {
    const resources = await addons();
    const controller = find(resources, addonType, "main-snapshot-controller");
    const { dependencies } = find(resources, addonType, "main-aws-ebs-csi-driver");
    assert.ok(dependencies.includes(controller.urn));
  });

  for (const [addon, serviceAccount, policyArn] of [
    ["vpc-cni", "aws-node", "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"],
    ["aws-ebs-csi-driver", "ebs-csi-controller-sa", "arn:aws:iam::aws:policy/AmazonEBSCSIDriverPolicyV2"],
  ] as const) {
    it(`gives ${addon} a role of its own, bound to ${serviceAccount} by Pod Identity`, async () => {
      const resources = await addons();
      const role = find(resources, "aws:iam/role:Role", `main-${addon}`);
      const [trust] = policyOf(role, "assumeRolePolicy").Statement;
      assert.deepEqual(trust?.["Principal"], { Service: "pods.eks.amazonaws.com" });
      assert.deepEqual(trust["Condition"], {
        StringEquals: {
          "aws:SourceAccount": "210987654321",
          "aws:RequestTag/eks-cluster-arn": "arn:aws:eks:eu-west-1:210987654321:cluster/main",
          "aws:RequestTag/kubernetes-namespace": "kube-system",
          "aws:RequestTag/kubernetes-service-account": serviceAccount,
        },
      });
      const [association] = find(resources, addonType, `main-${addon}`).inputs[
        "podIdentityAssociations"
      ] as readonly Readonly<Record<string, string>>[];
      assert.equal(association?.["serviceAccount"], serviceAccount);
      assert.match(association["roleArn"] ?? "", new RegExp(`:role/main-${addon}-`));
      const attached = findAll(resources, "aws:iam/rolePolicyAttachment:RolePolicyAttachment").filter(
        ({ name }) => name.startsWith(`main-${addon}-`),
      );
      assert.deepEqual(
        attached.map(({ inputs }) => inputs["policyArn"]),
        [policyArn],
      );
    });
  }

  it("uses the volumes' key for volumes and grants it to AWS only", async () => {
    const resources = await addons();
    const policy = policyOf(
      find(resources, "aws:iam/rolePolicy:RolePolicy", "main-aws-ebs-csi-driver-policy"),
    );
    for (const { Resource } of policy.Statement) {
      assert.match(String(Resource), /^arn:aws:kms:eu-west-1:210987654321:key\//);
    }
    assert.deepEqual(policy.Statement.find(({ Action }) => Action === "kms:CreateGrant")?.["Condition"], {
      Bool: { "kms:GrantIsForAWSResource": "true" },
    });
  });
});
