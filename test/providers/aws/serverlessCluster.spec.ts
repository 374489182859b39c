import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { PlanResource } from "../../../preview/plan";
import { AwsWorkloadIdentity } from "../../../providers/aws/identity";
import {
  AwsServerlessCluster,
  type AwsServerlessClusterArgs,
} from "../../../providers/aws/serverlessCluster";
import { find, findAll, run, type TestRunOptions, valueOf } from "../../support/run";
import { policyOf, textOf } from "./inputs";
import { awsProviders, givenNetwork, here } from "./stacks";

function makeCluster(
  args: Partial<AwsServerlessClusterArgs> = {},
  providers: pulumi.ProviderResource[] = awsProviders(),
): AwsServerlessCluster {
  return new AwsServerlessCluster(
    "main",
    { ...here, network: givenNetwork(), version: "1.35", serverlessNamespaces: ["publishing"], ...args },
    { providers },
  );
}

async function resourcesOf(
  args: Partial<AwsServerlessClusterArgs> = {},
  options?: TestRunOptions,
): Promise<readonly PlanResource[]> {
  return (await run(() => makeCluster(args), options)).resources;
}

/** The cluster with a namespace made ready, and an identity of a service account there or elsewhere. */
async function withIdentity(namespace: string) {
  return await run(() => {
    const providers = awsProviders();
    const cluster = makeCluster({}, providers);
    return new AwsWorkloadIdentity(
      "api",
      { ...here, cluster, namespace, serviceAccount: "api" },
      { providers },
    );
  });
}

interface Rule {
  readonly name: string;
  readonly group: unknown;
  readonly to: unknown;
  readonly ports: readonly unknown[];
}

function rulesOf(resources: readonly PlanResource[], type: "Ingress" | "Egress"): readonly Rule[] {
  return findAll(resources, `aws:vpc/securityGroup${type}Rule:SecurityGroup${type}Rule`)
    .filter(({ name }) => name.startsWith("main-pods-"))
    .map(({ name, inputs }) => ({
      name: name.slice("main-pods-".length),
      group: inputs["securityGroupId"],
      to: inputs["referencedSecurityGroupId"] ?? inputs["cidrIpv4"],
      ports: [inputs["ipProtocol"], inputs["fromPort"], inputs["toPort"]],
    }));
}

const accountId = here.accountId;

describe("AwsServerlessCluster", () => {
  it("runs each serverless namespace on Fargate, in the private subnets", async () => {
    const resources = await resourcesOf({ serverlessNamespaces: ["publishing", "previews"] });
    const profiles = findAll(resources, "aws:eks/fargateProfile:FargateProfile");
    assert.deepEqual(profiles.map(({ inputs }) => JSON.stringify(inputs["selectors"])).sort(), [
      '[{"namespace":"previews"}]',
      '[{"namespace":"publishing"}]',
    ]);
    const arn = textOf(profiles[0] ?? assert.fail(), "podExecutionRoleArn");
    for (const { inputs } of profiles) {
      assert.deepEqual(inputs["subnetIds"], ["subnet-private-a", "subnet-private-b"]);
      assert.equal(inputs["podExecutionRoleArn"], arn);
      assert.equal(inputs["clusterName"], "main");
    }
  });

  it("lets Fargate pull images and write the pods' logs, for profiles of this cluster alone", async () => {
    const resources = await resourcesOf();
    const role = find(resources, "aws:iam/role:Role", "main-fargate-pods");
    assert.deepEqual(policyOf(role, "assumeRolePolicy").Statement, [
      {
        Effect: "Allow",
        Principal: { Service: "eks-fargate-pods.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": accountId },
          ArnLike: { "aws:SourceArn": `arn:aws:eks:eu-west-1:${accountId}:fargateprofile/main/*` },
        },
      },
    ]);
    const attached = find(
      resources,
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      "main-fargate-pods-execution",
    );
    assert.equal(
      attached.inputs["policyArn"],
      "arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy",
    );
    const group = `arn:aws:logs:eu-west-1:${accountId}:log-group:/aws/eks/main/pods`;
    const policy = find(resources, "aws:iam/rolePolicy:RolePolicy", "main-fargate-pods-policy");
    assert.deepEqual(policyOf(policy).Statement, [
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        Resource: [group, `${group}:*`],
      },
    ]);
    const profile = find(resources, "aws:eks/fargateProfile:FargateProfile");
    for (const { urn } of [attached, policy]) assert.ok(profile.dependencies.includes(urn));
  });

  it("keeps the pods' logs under a key for as long as the stack says, and tells Fargate before the first pod", async () => {
    const { result, resources } = await run(() => makeCluster({ logRetentionDays: 90 }));
    const group = find(resources, "aws:cloudwatch/logGroup:LogGroup", "main-pod-logs");
    assert.equal(group.inputs["retentionInDays"], 90);
    assert.match(textOf(group, "kmsKeyId"), /^arn:aws:kms:eu-west-1:/);
    assert.equal(group.protect, true);
    const settings = find(resources, "kubernetes:core/v1:ConfigMap", "main-pod-logging-router");
    const { data, metadata } = settings.inputs as {
      readonly data: Readonly<Record<string, string>>;
      readonly metadata: unknown;
    };
    assert.deepEqual(metadata, { name: "aws-logging", namespace: "aws-observability" });
    assert.match(data["output.conf"] ?? "", /^ {4}log_group_name \/aws\/eks\/main\/pods$/m);
    assert.match(data["output.conf"] ?? "", /^ {4}auto_create_group false$/m);
    const namespace = find(resources, "kubernetes:core/v1:Namespace", "main-pod-logging");
    assert.match(JSON.stringify(namespace.inputs), /"aws-observability":"enabled"/);
    const ready = await Promise.all(result.ready.map(async ({ urn }) => await valueOf(urn)));
    assert.ok(ready.includes(settings.urn));
    assert.ok(ready.includes(find(resources, "aws:eks/fargateProfile:FargateProfile").urn));
  });

  it("has nodes for the platform's own pods alone: small, one a zone, two at least", async () => {
    const sizes = async (zones: readonly string[]) => {
      const { resources } = await run(() => makeCluster({ network: givenNetwork("zoned", zones) }));
      const groups = findAll(resources, "aws:eks/nodeGroup:NodeGroup");
      return groups.map(({ inputs }) => (inputs["scalingConfig"] as { readonly minSize: number }).minSize);
    };
    const total = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);
    assert.equal(total(await sizes(["a", "b", "c"])), 3);
    assert.equal(total(await sizes(["a"])), 2);
  });

  it("has pods there sign in by their token, which their role trusts for this one service account and STS", async () => {
    const { result, resources } = await withIdentity("publishing");
    const role = find(resources, "aws:iam/role:Role", "api");
    const cluster = find(resources, "eks:index:Cluster", "main");
    assert.equal(cluster.inputs["createOidcProvider"], true);
    const [statement] = policyOf(role, "assumeRolePolicy").Statement;
    const { Federated } = statement?.["Principal"] as { readonly Federated: string };
    const issuer = Federated.replace(`arn:aws:iam::${accountId}:oidc-provider/`, "");
    assert.match(issuer, /^oidc\.eks\.eu-west-1\.amazonaws\.com\/id\/[0-9A-F]{32}$/);
    assert.deepEqual(statement, {
      Effect: "Allow",
      Principal: { Federated },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: {
          [`${issuer}:aud`]: "sts.amazonaws.com",
          [`${issuer}:sub`]: "system:serviceaccount:publishing:api",
        },
      },
    });
    assert.deepEqual(Object.keys(await valueOf(result.serviceAccountAnnotations)), [
      "eks.amazonaws.com/role-arn",
    ]);
    assert.match(
      (await valueOf(result.serviceAccountAnnotations))["eks.amazonaws.com/role-arn"] ?? "",
      /^arn:aws:iam::210987654321:role\/api-/,
    );
    const bound = findAll(resources, "aws:eks/podIdentityAssociation:PodIdentityAssociation");
    assert.ok(!bound.some(({ name }) => name === "api"));
  });

  it("has pods on its nodes sign in by Pod Identity, as on any cluster", async () => {
    const { result, resources } = await withIdentity("cert-manager");
    find(resources, "aws:eks/podIdentityAssociation:PodIdentityAssociation", "api");
    assert.deepEqual(await valueOf(result.serviceAccountAnnotations), {});
  });

  it("lets pods fetch their credentials from STS, in the network and on the internet", async () => {
    const { result } = await run(() => makeCluster());
    assert.deepEqual(
      result.identityEndpoints.map((endpoint) => ["cidrs" in endpoint ? endpoint.cidrs : [], endpoint.ports]),
      [
        [["10.20.0.0/17"], [443]],
        [["0.0.0.0/0"], [443]],
      ],
    );
  });

  it("gives its pods a group of their own: from nodes and each other, out to each other, DNS, stores and HTTPS", async () => {
    const resources = await resourcesOf();
    const ownGroup = find(resources, "aws:ec2/securityGroup:SecurityGroup", "main-pods");
    assert.deepEqual(ownGroup.inputs["egress"], undefined);
    const [{ to: nodes } = assert.fail()] = rulesOf(resources, "Ingress").filter(
      ({ name }) => name === "from-nodes",
    );
    const [{ group: pods } = assert.fail()] = rulesOf(resources, "Ingress").filter(
      ({ name }) => name === "from-nodes",
    );
    assert.notEqual(pods, nodes);
    const any = ["tcp", 1024, 65_535];
    assert.deepEqual(sorted(rulesOf(resources, "Ingress")), [
      { name: "dns-tcp", group: nodes, to: pods, ports: ["tcp", 53, 53] },
      { name: "dns-udp", group: nodes, to: pods, ports: ["udp", 53, 53] },
      { name: "from-nodes", group: pods, to: nodes, ports: any },
      { name: "from-pods", group: pods, to: pods, ports: any },
    ]);
    assert.deepEqual(sorted(rulesOf(resources, "Egress")), [
      { name: "to-dns-tcp", group: pods, to: nodes, ports: ["tcp", 53, 53] },
      { name: "to-dns-udp", group: pods, to: nodes, ports: ["udp", 53, 53] },
      { name: "to-https", group: pods, to: "0.0.0.0/0", ports: ["tcp", 443, 443] },
      { name: "to-pods", group: pods, to: pods, ports: any },
      { name: "to-stores-10-20-128-0-18", group: pods, to: "10.20.128.0/18", ports: any },
    ]);
  });

  it("puts every pod of a namespace into that group, once its rules stand", async () => {
    const { resources } = await run(() => {
      const cluster = makeCluster();
      return cluster.prepareNamespace("ready", pulumi.output("publishing"), { parent: cluster });
    });
    const policy = find(resources, "kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy");
    const group = rulesOf(resources, "Ingress").find(({ name }) => name === "from-pods")?.group;
    assert.deepEqual(policy.inputs["spec"], {
      podSelector: {},
      securityGroups: { groupIds: [group ?? null] },
    });
    assert.match(JSON.stringify(policy.inputs["metadata"]), /"namespace":"publishing"/);
    for (const { name, urn } of resources.filter(({ type }) => /SecurityGroup(In|E)gressRule$/.test(type))) {
      if (name.startsWith("main-pods-")) assert.ok(policy.dependencies.includes(urn), name);
    }
  });

  it("tells what is meant for every node to keep off the nodes that Fargate makes of pods", async () => {
    const { result } = await run(() => makeCluster());
    assert.deepEqual(result.singlePodNodes, { label: "eks.amazonaws.com/compute-type", value: "fargate" });
  });

  it("registers the same set whether outputs are known or not", async () => {
    const urns = async (preview: "known" | "unknown") =>
      (await resourcesOf({}, { preview })).map(({ urn }) => urn);
    assert.deepEqual(await urns("unknown"), await urns("known"));
  });

  it("lets its logs go with it where it is not protected", async () => {
    const resources = await resourcesOf({ protect: false });
    assert.equal(find(resources, "aws:cloudwatch/logGroup:LogGroup", "main-pod-logs").protect, false);
  });

  it("refuses times without upgrades, as every cluster of AWS does", async () => {
    const [start, end] = ["2026-11-20T00:00:00Z", "2026-12-02T00:00:00Z"];
    await assert.rejects(
      resourcesOf({ maintenanceExclusions: [{ name: "sale", start, end, scope: "noUpgrades" }] }),
      /cluster\.maintenanceExclusions is not supported on aws: EKS upgrades/,
    );
  });
});

function sorted(rules: readonly Rule[]): readonly Rule[] {
  return [...rules].sort((a, b) => (a.name < b.name ? -1 : 1));
}
