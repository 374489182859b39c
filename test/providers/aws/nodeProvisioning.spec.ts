import assert from "node:assert/strict";
import type { NodeProvisioning } from "../../../components/cluster/nodeProvisioning";
import type { Json, PlanResource } from "../../../preview/plan";
import { find, findAll, run, valueOf } from "../../support/run";
import { policyOf, textOf } from "./inputs";
import { makeCluster, pool } from "./stacks";

const limits: NodeProvisioning = { cpuLimit: 200, memoryGiBLimit: 800 };

/** A cluster whose pods may have nodes made to measure. */
async function provisioned(
  provisioning: Partial<NodeProvisioning> = {},
  rest: Parameters<typeof makeCluster>[0] = {},
): Promise<readonly PlanResource[]> {
  const nodePools = { system: { ...pool, labels: { "groundwork.dev/pool": "system" } } };
  const nodeProvisioning = { ...limits, ...provisioning };
  return (await run(() => makeCluster({ nodePools, nodeProvisioning, ...rest }))).resources;
}

function specOf(resources: readonly PlanResource[], type: string): Readonly<Record<string, Json>> {
  const spec = find(resources, type).inputs["spec"];
  assert.ok(typeof spec === "object" && spec !== null && !Array.isArray(spec));
  return spec as Readonly<Record<string, Json>>;
}

const nodePool = "kubernetes:karpenter.sh/v1:NodePool";
const nodeClass = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass";
const release = "kubernetes:helm.sh/v3:Release";

function waitsFor(resource: PlanResource, name: string): boolean {
  return resource.dependencies.some((urn) => urn.endsWith(`::${name}`));
}

describe("Nodes made to measure on AWS", () => {
  it("makes none of it where a cluster asks for none", async () => {
    const { resources, result } = await run(() => makeCluster());
    for (const type of [
      nodePool,
      nodeClass,
      "aws:sqs/queue:Queue",
      "aws:iam/instanceProfile:InstanceProfile",
    ]) {
      assert.deepEqual(findAll(resources, type), [], type);
    }
    assert.equal(result.provisionedNodes, undefined);
  });

  it("starts nodes of our image, network, key and profile, whose metadata pods don't reach", async () => {
    const resources = await provisioned({ diskGiB: 50 }, { tags: { owner: "platform" } });
    const { securityGroupSelectorTerms, instanceProfile, blockDeviceMappings, ...rest } = specOf(
      resources,
      nodeClass,
    );
    assert.deepEqual(rest, {
      amiSelectorTerms: [{ alias: "al2023@v20260930" }],
      subnetSelectorTerms: [{ id: "subnet-private-a" }, { id: "subnet-private-b" }],
      associatePublicIPAddress: false,
      metadataOptions: {
        httpEndpoint: "enabled",
        httpTokens: "required",
        httpPutResponseHopLimit: 1,
        httpProtocolIPv6: "disabled",
      },
      kubelet: { maxPods: 110 },
      tags: { owner: "platform" },
    });
    assert.match(JSON.stringify(securityGroupSelectorTerms), /^\[\{"id":"sg-[0-9a-f]{17}"\}\]$/);
    assert.match(JSON.stringify(instanceProfile), /^"main-provisioning-node-/);
    assert.deepEqual(blockDeviceMappings, [
      {
        deviceName: "/dev/xvda",
        ebs: {
          volumeType: "gp3",
          volumeSize: "50Gi",
          encrypted: true,
          kmsKeyID: keyArn(resources),
          deleteOnTermination: true,
        },
      },
    ]);
  });

  it("keeps the pool to its limits, to the pods that ask for it, and to a tenth of its nodes at a time", async () => {
    const resources = await provisioned({ labels: { team: "web" }, expireAfterDays: 7 });
    assert.deepEqual(specOf(resources, nodePool), {
      template: {
        metadata: { labels: { team: "web" } },
        spec: {
          nodeClassRef: { group: "karpenter.k8s.aws", kind: "EC2NodeClass", name: "provisioned" },
          taints: [{ key: "groundwork.dev/provisioned", effect: "NoSchedule" }],
          requirements: [
            { key: "kubernetes.io/os", operator: "In", values: ["linux"] },
            { key: "kubernetes.io/arch", operator: "In", values: ["amd64"] },
            { key: "karpenter.sh/capacity-type", operator: "In", values: ["on-demand"] },
            { key: "karpenter.k8s.aws/instance-category", operator: "In", values: ["c", "m", "r"] },
            { key: "karpenter.k8s.aws/instance-generation", operator: "Gte", values: ["6"] },
            { key: "karpenter.k8s.aws/instance-cpu", operator: "Gte", values: ["4"] },
            { key: "karpenter.k8s.aws/instance-cpu", operator: "Lte", values: ["16"] },
          ],
          expireAfter: "168h",
          terminationGracePeriod: "24h",
        },
      },
      limits: { cpu: "200", memory: "800Gi" },
      disruption: {
        consolidationPolicy: "WhenEmptyOrUnderutilized",
        consolidateAfter: "5m",
        budgets: [{ nodes: "10%" }],
      },
    });
  });

  for (const [capacity, types] of [
    ["onDemand", ["on-demand"]],
    ["spot", ["spot"]],
    ["mixed", ["spot", "on-demand"]],
  ] as const) {
    it(`takes ${capacity} capacity as ${types.join(" before ")}, and lets spot use the key only where there is any`, async () => {
      const resources = await provisioned({ capacity });
      const requirements = JSON.stringify(specOf(resources, nodePool));
      assert.ok(
        requirements.includes(
          `{"key":"karpenter.sh/capacity-type","operator":"In","values":${JSON.stringify(types)}}`,
        ),
      );
      const spot = capacity !== "onDemand";
      const key = find(resources, "aws:kms/key:Key", "main-volume-key");
      assert.equal(textOf(key, "policy").includes("aws-service-role/spot.amazonaws.com/"), spot);
      const policy = textOf(controllerPolicy(resources), "policy");
      assert.equal(policy.includes("iam:CreateServiceLinkedRole"), spot);
    });
  }

  it("builds for the architectures it is given", async () => {
    const spec = JSON.stringify(specOf(await provisioned({ architectures: ["amd64", "arm64"] }), nodePool));
    assert.ok(spec.includes('{"key":"kubernetes.io/arch","operator":"In","values":["amd64","arm64"]}'));
  });

  it("tells pods how to get there: by the pool's name, over its taint", async () => {
    const { result } = await run(() => makeCluster({ nodeProvisioning: limits }));
    assert.deepEqual(result.provisionedNodes, {
      nodeSelector: { "karpenter.sh/nodepool": "provisioned" },
      tolerations: [{ key: "groundwork.dev/provisioned", operator: "Exists", effect: "NoSchedule" }],
    });
  });

  for (const capacity of ["spot", "mixed"] as const) {
    it(`tells pods by which label its nodes of ${capacity} capacity are known that are spot`, async () => {
      const { result } = await run(() => makeCluster({ nodeProvisioning: { ...limits, capacity } }));
      assert.deepEqual(result.provisionedNodes?.spot, {
        labels: { "karpenter.sh/capacity-type": "spot" },
        tolerations: [],
      });
    });
  }

  it("lets pods wait for the pool, the pool for its class, and that for the controller and the nodes' entry", async () => {
    const { resources, result } = await run(() => makeCluster({ nodeProvisioning: limits }));
    const urns = await Promise.all(result.ready.map(({ urn }) => valueOf(urn)));
    assert.ok(urns.some((urn) => urn.endsWith(`${nodePool}::main-provisioning-pool`)));
    const pools = find(resources, nodePool);
    assert.ok(waitsFor(pools, "main-provisioning-class"));
    const classes = find(resources, nodeClass);
    assert.ok(waitsFor(classes, "main-provisioning"));
    assert.ok(waitsFor(classes, "main-provisioning-node"));
    const controller = find(resources, release, "main-provisioning");
    assert.ok(waitsFor(controller, "main-provisioning-kinds"));
    assert.ok(waitsFor(controller, "main-provisioning-queue-policy"));
  });

  it("never replaces the pool or its class, with which all their nodes would go, where the stack is protected", async () => {
    for (const protect of [true, false]) {
      const resources = await provisioned({}, { protect });
      for (const type of [nodePool, nodeClass]) {
        const object = find(resources, type);
        assert.equal(object.protect, protect, type);
        assert.deepEqual(object.inputs["metadata"], { name: "provisioned" }, type);
      }
    }
  });

  it("lets its nodes join with a role of their own, and nobody else", async () => {
    const resources = await provisioned();
    const entry = find(resources, "aws:eks/accessEntry:AccessEntry", "main-provisioning-node");
    assert.equal(entry.inputs["type"], "EC2_LINUX");
    assert.match(textOf(entry, "principalArn"), /:role\/main-provisioning-node-/);
    assert.deepEqual(
      findAll(resources, "aws:iam/rolePolicyAttachment:RolePolicyAttachment")
        .filter(({ name }) => name.startsWith("main-provisioning-node-"))
        .map(({ inputs }) => inputs["policyArn"]),
      [
        "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
        "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
        "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
      ],
    );
  });
});

describe("Karpenter", () => {
  it("runs twice on the system pool, first among pods, with interruption handling and zonal shift", async () => {
    const resources = await provisioned();
    const { inputs } = find(resources, release, "main-provisioning");
    assert.equal(inputs["chart"], "oci://public.ecr.aws/karpenter/karpenter");
    assert.equal(inputs["repositoryOpts"], undefined);
    assert.equal(inputs["skipCrds"], true);
    const { topologySpreadConstraints, ...values } = inputs["values"] as Readonly<Record<string, Json>>;
    const queue = textOf(find(resources, "aws:sqs/queuePolicy:QueuePolicy"), "queueUrl").split("/").at(-1);
    assert.match(queue ?? "", /^main-provisioning-queue-/);
    assert.match(JSON.stringify(topologySpreadConstraints), /"topologyKey":"topology.kubernetes.io\/zone"/);
    assert.deepEqual(values, {
      settings: {
        clusterName: "main",
        eksControlPlane: true,
        interruptionQueue: queue,
        enableZonalShift: true,
      },
      serviceAccount: { create: true, name: "karpenter" },
      replicas: 2,
      podDisruptionBudget: { name: "karpenter", maxUnavailable: 1 },
      priorityClassName: "system-cluster-critical",
      controller: {
        env: [{ name: "AWS_REGION", value: "eu-west-1" }],
        resources: { requests: { cpu: "250m", memory: "1Gi" }, limits: { memory: "1Gi" } },
      },
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              {
                matchExpressions: [
                  { key: "karpenter.sh/nodepool", operator: "DoesNotExist" },
                  { key: "groundwork.dev/pool", operator: "In", values: ["system"] },
                ],
              },
            ],
          },
        },
      },
    });
  });

  it("keeps its kinds, and all nodes with them, when their chart goes", async () => {
    const { inputs } = find(await provisioned(), release, "main-provisioning-kinds");
    assert.equal(inputs["chart"], "oci://public.ecr.aws/karpenter/karpenter-crd");
    assert.deepEqual(inputs["values"], { additionalAnnotations: { "helm.sh/resource-policy": "keep" } });
  });

  it("signs in as its own service account alone", async () => {
    const role = find(await provisioned(), "aws:iam/role:Role", "main-provisioning");
    assert.match(
      textOf(role, "assumeRolePolicy"),
      /"aws:RequestTag\/kubernetes-service-account":"karpenter"/,
    );
  });

  it("starts and stops machines of this cluster only, in this account and region", async () => {
    const { Statement } = policyOf(controllerPolicy(await provisioned({ capacity: "mixed" })));
    const cluster = "kubernetes.io/cluster/main";
    for (const statement of Statement) {
      const actions = [statement["Action"]].flat().map(String);
      const condition = JSON.stringify(statement["Condition"] ?? {});
      const writes = actions.filter((action) => /^ec2:(?!Describe)/.test(action));
      if (writes.length === 0) continue;
      const resources = [statement["Resource"]].flat().map(String);
      assert.ok(
        resources.every((arn) => /^arn:aws:ec2:eu-west-1:(210987654321:|:(image|snapshot)\/)/.test(arn)),
        resources.join(),
      );
      const takes = resources.every((arn) => /:(image|snapshot|security-group|subnet)\/\*$/.test(arn));
      assert.ok(takes || condition.includes(`/${cluster}":"owned"`), `${writes.join()}: ${condition}`);
    }
  });

  it("asks for everything by name but what knows no resource", async () => {
    const { Statement } = policyOf(controllerPolicy(await provisioned({ capacity: "mixed" })));
    const onAll = Statement.filter(({ Resource }) => Resource === "*").flatMap(({ Action }) => Action);
    assert.deepEqual(
      onAll.filter((action) => !String(action).startsWith("ec2:Describe")),
      ["pricing:GetProducts", "iam:ListInstanceProfiles", "arc-zonal-shift:GetManagedResource"],
    );
    assert.ok(!JSON.stringify(Statement).includes(':*"'));
  });

  it("passes on the nodes' role to EC2 alone, and uses the disks' key through EC2 alone", async () => {
    const resources = await provisioned();
    const { Statement } = policyOf(controllerPolicy(resources));
    const of = (action: string) => Statement.filter(({ Action }) => [Action].flat().includes(action));
    const entry = find(resources, "aws:eks/accessEntry:AccessEntry", "main-provisioning-node");
    assert.deepEqual(of("iam:PassRole"), [
      {
        Effect: "Allow",
        Action: ["iam:PassRole"],
        Resource: textOf(entry, "principalArn"),
        Condition: { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
      },
    ]);
    const throughEc2 = { "kms:ViaService": "ec2.eu-west-1.amazonaws.com" };
    assert.deepEqual(of("kms:CreateGrant"), [
      {
        Effect: "Allow",
        Action: ["kms:CreateGrant"],
        Resource: keyArn(resources),
        Condition: { StringEquals: throughEc2, Bool: { "kms:GrantIsForAWSResource": "true" } },
      },
    ]);
    assert.deepEqual(
      of("kms:Decrypt").map(({ Condition }) => Condition),
      [{ StringEquals: throughEc2 }],
    );
  });
});

describe("The queue of interruptions", () => {
  it("is encrypted, and forgets a warning that is too old to act on", async () => {
    const { inputs } = find(await provisioned(), "aws:sqs/queue:Queue", "main-provisioning-queue");
    assert.deepEqual(inputs, { messageRetentionSeconds: 300, sqsManagedSseEnabled: true });
  });

  it("gets what EC2 and Health say of machines about to go, and nothing else", async () => {
    const resources = await provisioned();
    const queueArn = policyOf(find(resources, "aws:sqs/queuePolicy:QueuePolicy")).Statement[0]?.["Resource"];
    assert.match(String(queueArn), /^arn:aws:sqs:eu-west-1:210987654321:main-provisioning-queue-/);
    const rules = findAll(resources, "aws:cloudwatch/eventRule:EventRule");
    assert.deepEqual(
      Object.fromEntries(rules.map((rule) => [rule.name, JSON.parse(textOf(rule, "eventPattern"))])),
      {
        "main-provisioning-queue-spot-interruption": {
          source: ["aws.ec2"],
          "detail-type": ["EC2 Spot Instance Interruption Warning"],
        },
        "main-provisioning-queue-rebalance": {
          source: ["aws.ec2"],
          "detail-type": ["EC2 Instance Rebalance Recommendation"],
        },
        "main-provisioning-queue-state-change": {
          source: ["aws.ec2"],
          "detail-type": ["EC2 Instance State-change Notification"],
          detail: { state: ["stopping", "stopped", "shutting-down", "terminated"] },
        },
        "main-provisioning-queue-scheduled-change": {
          source: ["aws.health"],
          "detail-type": ["AWS Health Event"],
          detail: { service: ["EC2"], eventTypeCategory: ["scheduledChange"] },
        },
      },
    );
    const targets = findAll(resources, "aws:cloudwatch/eventTarget:EventTarget");
    assert.deepEqual(
      targets.map(({ inputs }) => [inputs["rule"], inputs["arn"]]).sort(),
      rules.map(({ inputs }) => [inputs["name"], queueArn]).sort(),
    );
  });

  it("takes messages of its own rules alone, over TLS", async () => {
    const resources = await provisioned();
    const { Statement } = policyOf(find(resources, "aws:sqs/queuePolicy:QueuePolicy"));
    const [own, tls, ...more] = Statement;
    assert.deepEqual(more, []);
    assert.deepEqual(own?.["Principal"], { Service: "events.amazonaws.com" });
    assert.equal(own["Action"], "sqs:SendMessage");
    const { StringEquals, ArnEquals } = own["Condition"] as Readonly<
      Record<string, Readonly<Record<string, Json>>>
    >;
    assert.deepEqual(StringEquals, { "aws:SourceAccount": "210987654321" });
    assert.deepEqual(
      [ArnEquals?.["aws:SourceArn"]].flat().sort(),
      findAll(resources, "aws:cloudwatch/eventRule:EventRule")
        .map((rule) => `arn:aws:events:eu-west-1:210987654321:rule/${textOf(rule, "name")}`)
        .sort(),
    );
    assert.deepEqual(
      [tls?.["Effect"], tls?.["Action"], tls?.["Condition"]],
      ["Deny", "sqs:*", { Bool: { "aws:SecureTransport": "false" } }],
    );
  });

  it("names its rules within EventBridge's 64 characters under the longest base name", async () => {
    const rules = findAll(
      (await run(() => makeCluster({ nodeProvisioning: limits }, undefined, "a".repeat(35)))).resources,
      "aws:cloudwatch/eventRule:EventRule",
    );
    assert.equal(rules.length, 4);
    assert.equal(new Set(rules.map(({ inputs }) => inputs["name"])).size, 4);
    for (const rule of rules) assert.ok(textOf(rule, "name").length <= 64, textOf(rule, "name"));
  });
});

function controllerPolicy(resources: readonly PlanResource[]): PlanResource {
  return find(resources, "aws:iam/rolePolicy:RolePolicy", "main-provisioning-policy");
}

/** The key of the disks, as the default StorageClass has it. */
function keyArn(resources: readonly PlanResource[]): string {
  const { inputs } = find(resources, "kubernetes:storage.k8s.io/v1:StorageClass", "main-storage-class");
  const { kmsKeyId } = inputs["parameters"] as Readonly<Record<string, string>>;
  assert.match(kmsKeyId ?? "", /^arn:aws:kms:eu-west-1:210987654321:key\//);
  return kmsKeyId ?? "";
}
