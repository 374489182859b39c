import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { kubernetesVersions } from "../../../components/cluster/nodePools";
import type { ImagePolicy } from "../../../components/governance/imagePolicy";
import type { PlanResource } from "../../../preview/plan";
import type { AwsClusterArgs } from "../../../providers/aws/cluster";
import { UnsupportedOnCloudError } from "../../../providers/unsupported";
import { find, findAll, isSecretInput, run, valueOf } from "../../support/run";
import { policyOf, textOf } from "./inputs";
import { makeCluster, pool } from "./stacks";

const admin = "arn:aws:iam::210987654321:role/platform-admin";

async function cluster(args: Partial<AwsClusterArgs> = {}): Promise<readonly PlanResource[]> {
  return (await run(() => makeCluster(args))).resources;
}

class GivenImagePolicy extends pulumi.ComponentResource implements ImagePolicy {
  readonly ready: readonly pulumi.Resource[] = [];
}

/** URNs end in type and logical name. */
function dependsOn(resource: PlanResource, type: string, name: string): boolean {
  return resource.dependencies.some((urn) => urn.endsWith(`${type}::${name}`));
}

describe("AwsCluster", () => {
  it("asks for a private control plane with all logs, our key and API access only", async () => {
    const controlPlane = find(await cluster({ admins: [admin] }), "eks:index:Cluster", "main");
    const { serviceRole, ...inputs } = controlPlane.inputs;
    assert.match(textOf(controlPlane, "encryptionConfigKeyArn"), /^arn:aws:kms:eu-west-1:210987654321:key\//);
    assert.match(JSON.stringify(serviceRole), /main-control-plane/);
    assert.deepEqual(inputs, {
      encryptionConfigKeyArn: textOf(controlPlane, "encryptionConfigKeyArn"),
      name: "main",
      version: "1.35",
      vpcId: "vpc-0123456789abcdef0",
      privateSubnetIds: ["subnet-private-a", "subnet-private-b"],
      kubernetesServiceIpAddressRange: "172.20.0.0/18",
      endpointPrivateAccess: true,
      endpointPublicAccess: false,
      authenticationMode: "API",
      accessEntries: {
        "role-platform-admin": {
          principalArn: admin,
          accessPolicies: {
            admin: {
              policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
              accessScope: { type: "cluster" },
            },
          },
        },
      },
      enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
      upgradePolicy: { supportType: "STANDARD" },
      deletionProtection: true,
      createOidcProvider: false,
      skipDefaultNodeGroup: true,
      skipDefaultSecurityGroups: true,
      createInstanceRole: false,
      bootstrapSelfManagedAddons: false,
      useDefaultVpcCni: true,
      kubeProxyAddonOptions: disabledAddon,
      corednsAddonOptions: disabledAddon,
      tags: {},
    });
    assert.equal(controlPlane.protect, true);
    assert.match(controlPlane.providers["aws"] ?? "none", /pulumi:providers:aws::main::/);
  });

  it("opens the control plane to the blocks it is given and to no other", async () => {
    const { inputs } = find(await cluster({ apiAccessCidrs: ["203.0.113.0/24"] }), "eks:index:Cluster");
    assert.equal(inputs["endpointPublicAccess"], true);
    assert.equal(inputs["endpointPrivateAccess"], true);
    assert.deepEqual(inputs["publicAccessCidrs"], ["203.0.113.0/24"]);
  });

  for (const everybody of ["0.0.0.0/0", "::/0"]) {
    it(`refuses ${everybody} at the control plane before it makes anything`, async () => {
      await assert.rejects(
        cluster({ apiAccessCidrs: [everybody] }),
        new RegExp(`apiAccessCidrs: expected .*, got "${everybody}"`),
      );
    });
  }

  it("refuses a version that is not offered and an administrator that IAM can't name", async () => {
    await assert.rejects(cluster({ version: "1.28" }), /version: expected one of 1\.36.*, got "1\.28"/);
    await assert.rejects(
      cluster({ admins: ["arn:aws:sts::210987654321:assumed-role/admin/me"] }),
      /admins: expected the ARN of an IAM role or user, got "arn:aws:sts/,
    );
    await assert.rejects(
      cluster({ admins: [`${admin}/a`, `${admin}-a`] }),
      /admins: expected principals with names of their own/,
    );
  });

  it("has the control plane's log group there before it, encrypted and with an end", async () => {
    const resources = await cluster({ logRetentionDays: 90 });
    const logs = find(resources, "aws:cloudwatch/logGroup:LogGroup", "main-logs");
    assert.equal(logs.inputs["name"], "/aws/eks/main/cluster");
    assert.equal(logs.inputs["retentionInDays"], 90);
    assert.match(textOf(logs, "kmsKeyId"), /:key\//);
    const controlPlane = find(resources, "eks:index:Cluster");
    assert.ok(dependsOn(controlPlane, "aws:cloudwatch/logGroup:LogGroup", "main-logs"));
    assert.ok(dependsOn(controlPlane, "RolePolicyAttachment", "main-control-plane-cluster"));
  });

  it("lets runners and operators within the network reach the private endpoint", async () => {
    const rule = find(await cluster(), "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");
    const { description, ...rest } = rule.inputs;
    assert.match(textOf(rule, "securityGroupId"), /^sg-/);
    assert.ok(description);
    assert.deepEqual(rest, {
      securityGroupId: textOf(rule, "securityGroupId"),
      cidrIpv4: "10.20.0.0/17",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    });
  });

  it("lets those in who come from a network joined to this one, by the private endpoint alone", async () => {
    const resources = await cluster({ privateAccessCidrs: ["10.99.0.0/16", "10.20.0.0/17"] });
    assert.equal(find(resources, "eks:index:Cluster").inputs["endpointPublicAccess"], false);
    assert.deepEqual(
      findAll(resources, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").map(
        ({ inputs: { cidrIpv4, fromPort, toPort } }) => [cidrIpv4, fromPort, toPort],
      ),
      [
        ["10.20.0.0/17", 443, 443],
        ["10.99.0.0/16", 443, 443],
      ],
    );
    await assert.rejects(
      cluster({ privateAccessCidrs: ["0.0.0.0/0"] }),
      /privateAccessCidrs: expected .*, got "0\.0\.0\.0\/0"/,
    );
  });

  it("makes gp3, encrypted with our key and bound late, the default class of volumes", async () => {
    const { inputs } = find(
      await cluster(),
      "kubernetes:storage.k8s.io/v1:StorageClass",
      "main-storage-class",
    );
    const { kmsKeyId, ...parameters } = inputs["parameters"] as Record<string, unknown>;
    assert.match(String(kmsKeyId), /^arn:aws:kms:/);
    assert.deepEqual(parameters, { type: "gp3", encrypted: "true" });
    assert.deepEqual(inputs["metadata"], {
      name: "gp3",
      annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
    });
    assert.equal(inputs["provisioner"], "ebs.csi.aws.com");
    assert.equal(inputs["volumeBindingMode"], "WaitForFirstConsumer");
    assert.equal(inputs["allowVolumeExpansion"], true);
    assert.equal(inputs["reclaimPolicy"], "Retain");
  });

  it("lets EC2 Auto Scaling use the nodes' key, and no other service", async () => {
    const { Statement } = policyOf(find(await cluster(), "aws:kms/key:Key", "main-volume-key"));
    assert.deepEqual(
      Statement.map(({ Sid }) => Sid),
      ["AccountByIam", "RoleOfAutoscaling", "GrantsByAutoscaling"],
    );
  });

  it("gives a kubeconfig that fetches its credential, as a secret", async () => {
    const { result, resources } = await run(() => makeCluster());
    assert.ok(await pulumi.isSecret(result.kubeconfig));
    assert.ok(isSecretInput(find(resources, "pulumi:providers:kubernetes", "main"), "kubeconfig"));
    const kubeconfig = JSON.parse(await valueOf(result.kubeconfig)) as {
      readonly users: readonly { readonly user: object }[];
    };
    assert.deepEqual(
      kubeconfig.users.map(({ user }) => Object.keys(user)),
      [["exec"]],
    );
    assert.match(await valueOf(result.endpoint), /^https:\/\/.+\.eu-west-1\.eks\.amazonaws\.com$/);
    assert.equal(await valueOf(result.clusterName), "main");
  });

  it("is ready when nodes, DNS, volumes and load balancers are", async () => {
    const { result } = await run(() => makeCluster());
    const ready = await Promise.all(result.ready.map(({ urn }) => valueOf(urn)));
    assert.deepEqual(
      ready.map((urn) => urn.split("$").slice(-1)[0]),
      [
        "aws:eks/nodeGroup:NodeGroup::main-system-a",
        "aws:eks/nodeGroup:NodeGroup::main-system-b",
        "aws:eks/addon:Addon::main-snapshot-controller",
        "aws:eks/addon:Addon::main-coredns",
        "aws:eks/addon:Addon::main-aws-ebs-csi-driver",
        "aws:eks/addon:Addon::main-eks-node-monitoring-agent",
        "kubernetes:storage.k8s.io/v1:StorageClass::main-storage-class",
        "kubernetes:helm.sh/v3:Release::main-load-balancer",
        "kubernetes:helm.sh/v3:Release::main-autoscaler",
      ],
    );
  });

  it("says which of its parts have metrics, of nodes made to measure only where it makes some", async () => {
    const { result } = await run(() => makeCluster());
    assert.deepEqual(
      result.parts.map(({ monitor, port, nodePort }) => [monitor, port, nodePort]),
      [
        ["aws-load-balancer-controller", "metrics-server", undefined],
        ["cluster-autoscaler", 8085, undefined],
        ["aws-node", "metrics", 61678],
      ],
    );
    const { result: provisioned } = await run(() =>
      makeCluster({ nodeProvisioning: { cpuLimit: 100, memoryGiBLimit: 400 } }),
    );
    assert.ok(provisioned.parts.some(({ monitor }) => monitor === "karpenter"));
  });

  it("says where the API server shows the scheduler and the controller manager, and who may read it", async () => {
    const { result } = await run(() => makeCluster());
    assert.deepEqual(
      result.controlPlane.map(({ part, path, resource }) => [part, path, resource.name]),
      [
        ["kubeScheduler", "/apis/metrics.eks.amazonaws.com/v1/ksh/container/metrics", "ksh/metrics"],
        ["kubeControllerManager", "/apis/metrics.eks.amazonaws.com/v1/kcm/container/metrics", "kcm/metrics"],
      ],
    );
  });

  it("can be deleted where it is not protected", async () => {
    const resources = await cluster({ protect: false });
    assert.equal(find(resources, "eks:index:Cluster").inputs["deletionProtection"], false);
    assert.equal(
      find(resources, "kubernetes:storage.k8s.io/v1:StorageClass", "main-storage-class").inputs[
        "reclaimPolicy"
      ],
      "Delete",
    );
    assert.deepEqual(
      resources.filter(({ protect }) => protect).map(({ urn }) => urn),
      [],
    );
  });

  it("registers the same on a first preview, when nothing is known", async () => {
    const known = await cluster();
    const { resources } = await run(() => makeCluster(), { preview: "unknown" });
    assert.deepEqual(
      resources.map(({ urn }) => urn),
      known.map(({ urn }) => urn),
    );
  });
});

/** What the component's constructor adds to `{ enabled: false }`. */
const disabledAddon = {
  enabled: false,
  resolveConflictsOnCreate: "OVERWRITE",
  resolveConflictsOnUpdate: "OVERWRITE",
};

describe("Cluster controllers on AWS", () => {
  const controllers = [
    ["main-load-balancer", "aws-load-balancer-controller"],
    ["main-autoscaler", "cluster-autoscaler"],
  ] as const;

  for (const [name, serviceAccount] of controllers) {
    it(`runs ${serviceAccount} twice, unprivileged, on a role that it alone assumes`, async () => {
      const resources = await cluster();
      const release = find(resources, "kubernetes:helm.sh/v3:Release", name);
      const values = release.inputs["values"] as Record<string, unknown>;
      assert.equal(release.inputs["namespace"], "kube-system");
      assert.equal(release.inputs["atomic"], true);
      assert.equal(values["replicaCount"], 2);
      assert.deepEqual(values["podDisruptionBudget"], { maxUnavailable: 1 });
      assert.equal(values["priorityClassName"], "system-cluster-critical");
      assert.deepEqual(values[name === "main-autoscaler" ? "containerSecurityContext" : "securityContext"], {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
        readOnlyRootFilesystem: true,
        runAsNonRoot: true,
      });
      const association = find(resources, "aws:eks/podIdentityAssociation:PodIdentityAssociation", name);
      assert.equal(association.inputs["serviceAccount"], serviceAccount);
      assert.equal(association.inputs["namespace"], "kube-system");
      assert.ok(dependsOn(release, "PodIdentityAssociation", name));
      assert.ok(dependsOn(release, "aws:iam/rolePolicy:RolePolicy", `${name}-policy`));
      assert.ok(dependsOn(release, "aws:eks/nodeGroup:NodeGroup", "main-system-a"));
    });

    it(`changes nothing of another cluster's by the role of ${serviceAccount}`, async () => {
      const { Statement } = policyOf(
        find(await cluster(), "aws:iam/rolePolicy:RolePolicy", `${name}-policy`),
      );
      for (const { Action, Resource } of Statement) {
        const actions = [Action].flat().map(String);
        const changes = actions.filter((action) => !/^[\w-]+:(Describe|Get|List)/.test(action));
        assert.ok(changes.length === 0 || ![Resource].flat().includes("*"), `${changes.join(", ")} on *`);
        assert.ok(actions.every((action) => !action.includes("*")));
      }
    });
  }

  it("scales groups that EKS tagged for this cluster, and only those", async () => {
    const policy = policyOf(find(await cluster(), "aws:iam/rolePolicy:RolePolicy", "main-autoscaler-policy"));
    assert.deepEqual(
      policy.Statement.find(({ Action }) => [Action].flat().includes("autoscaling:SetDesiredCapacity")),
      {
        Effect: "Allow",
        Action: ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
        Resource: "arn:aws:autoscaling:eu-west-1:210987654321:autoScalingGroup:*",
        Condition: { StringEquals: { "aws:ResourceTag/k8s.io/cluster-autoscaler/main": "owned" } },
      },
    );
  });

  it("tells the load balancer controller where it is, since pods can't ask the node", async () => {
    const release = find(await cluster(), "kubernetes:helm.sh/v3:Release", "main-load-balancer");
    const values = release.inputs["values"] as Record<string, unknown>;
    assert.equal(values["clusterName"], "main");
    assert.equal(values["region"], "eu-west-1");
    assert.equal(values["vpcId"], "vpc-0123456789abcdef0");
  });

  for (const version of kubernetesVersions) {
    it(`runs Cluster Autoscaler of the cluster's minor, ${version}`, async () => {
      const release = find(await cluster({ version }), "kubernetes:helm.sh/v3:Release", "main-autoscaler");
      const { image } = release.inputs["values"] as { readonly image: { readonly tag: string } };
      assert.ok(image.tag.startsWith(`v${version}.`));
    });
  }

  it("keeps its controllers to the nodes of the platform's own pods", async () => {
    const labels = { "groundwork.dev/pool": "system" };
    const resources = await cluster({ nodePools: { system: { ...pool, labels }, application: pool } });
    for (const [name] of controllers) {
      const { values } = find(resources, "kubernetes:helm.sh/v3:Release", name).inputs;
      assert.deepEqual((values as Record<string, unknown>)["nodeSelector"], labels);
    }
  });

  it("leaves Services that are made beside the load balancer controller alone", async () => {
    const { values } = find(await cluster(), "kubernetes:helm.sh/v3:Release", "main-load-balancer").inputs;
    assert.equal((values as Record<string, unknown>)["enableServiceMutatorWebhook"], false);
  });

  it("refuses times without upgrades, of which EKS makes none by itself", async () => {
    const [start, end] = ["2026-11-20T00:00:00Z", "2026-12-02T00:00:00Z"];
    await assert.rejects(
      cluster({ maintenanceExclusions: [{ name: "sale", start, end, scope: "noUpgrades" }] }),
      (error) =>
        error instanceof UnsupportedOnCloudError &&
        error.option === "cluster.maintenanceExclusions" &&
        error.cloud === "aws",
    );
    await cluster({ maintenanceExclusions: [] });
  });

  it("knows of no policy on images", async () => {
    await assert.rejects(
      run(() => makeCluster({ imagePolicy: new GivenImagePolicy("groundwork:test:ImagePolicy", "images") })),
      (error) => error instanceof UnsupportedOnCloudError && error.option === "imagePolicy",
    );
  });
});
