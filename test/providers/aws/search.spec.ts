import * as assert from "node:assert/strict";
import type { PlanResource } from "../../../preview/plan";
import { AwsWorkloadIdentity } from "../../../providers/aws/identity";
import { AwsSearch, type AwsSearchArgs, checkUpgrade } from "../../../providers/aws/search";
import { ClusterStub } from "../../components/platform/clusterStub";
import { find, findAll, run, type TestRunOptions, valueOf } from "../../support/run";
import { policyOf, textOf } from "./inputs";
import { awsProviders, givenNetwork, here, makeCluster } from "./stacks";

const domainType = "aws:opensearch/domain:Domain";
const invocationType = "aws:lambda/invocation:Invocation";
const domainArn = "arn:aws:es:eu-west-1:210987654321:domain/index";

function makeSearch(args: Partial<AwsSearchArgs> = {}, providers = awsProviders()): AwsSearch {
  return new AwsSearch(
    "index",
    {
      ...here,
      hosting: "cloud",
      network: givenNetwork("stores", ["a", "b", "c"]),
      cluster: new ClusterStub("search-cluster"),
      namespace: "search",
      systemNamespace: "shop",
      nodeSelector: {},
      ready: [],
      identify: () => {
        throw new Error("expected no identity of its own");
      },
      identityEndpoints: [],
      openSearchVersion: "3.3",
      elasticsearchVersion: "9.4.3",
      dataNodes: 3,
      masterNodes: 3,
      machine: { vcpus: 2, memoryGiB: 8 },
      diskGiB: 100,
      rebuildMinutes: 60,
      users: {},
      snapshotRetentionDays: 30,
      elasticKinds: () => {
        throw new Error("expected no kinds in the cluster");
      },
      snapshotBucket: () => {
        throw new Error("expected no bucket of its own");
      },
      ...args,
    },
    { providers },
  );
}

async function search(
  args: Partial<AwsSearchArgs> = {},
  options?: TestRunOptions,
): Promise<readonly PlanResource[]> {
  return (await run(() => makeSearch(args), options)).resources;
}

describe("AwsSearch", () => {
  it("is a domain with masters of its own over three zones", async () => {
    const { inputs, protect } = find(await search(), domainType, "index");
    assert.deepEqual(inputs["clusterConfig"], {
      instanceType: "m6g.large.search",
      instanceCount: 3,
      dedicatedMasterEnabled: true,
      dedicatedMasterType: "m6g.large.search",
      dedicatedMasterCount: 3,
      multiAzWithStandbyEnabled: false,
      zoneAwarenessEnabled: true,
      zoneAwarenessConfig: { availabilityZoneCount: 3 },
    });
    assert.equal(inputs["domainName"], "index");
    assert.equal(inputs["engineVersion"], "OpenSearch_3.3");
    assert.deepEqual(inputs["ebsOptions"], { ebsEnabled: true, volumeType: "gp3", volumeSize: 100 });
    assert.equal(protect, true);
  });

  for (const [what, args, zones, subnets] of [
    ["one node", { dataNodes: 1, masterNodes: 0 }, undefined, ["subnet-data-a"]],
    [
      "two zones",
      { network: () => givenNetwork("two", ["a", "b"], ["c"]) },
      2,
      ["subnet-data-a", "subnet-data-b"],
    ],
    ["six nodes", { dataNodes: 6 }, 3, ["subnet-data-a", "subnet-data-b", "subnet-data-c"]],
  ] as const) {
    it(`spreads ${what} over as many zones as it can`, async () => {
      const { network, ...rest } = { network: undefined, ...args };
      const { resources } = await run(() =>
        makeSearch({ ...rest, ...(network !== undefined && { network: network() }) }),
      );
      const { inputs } = find(resources, domainType);
      const { zoneAwarenessEnabled, zoneAwarenessConfig } = inputs["clusterConfig"] as {
        readonly zoneAwarenessEnabled: boolean;
        readonly zoneAwarenessConfig?: { readonly availabilityZoneCount: number };
      };
      assert.equal(zoneAwarenessEnabled, zones !== undefined);
      assert.equal(zoneAwarenessConfig?.availabilityZoneCount, zones);
      assert.deepEqual((inputs["vpcOptions"] as { readonly subnetIds: unknown }).subnetIds, subnets);
    });
  }

  it("is encrypted by a key of its own, at rest, between nodes and on the way in", async () => {
    const { inputs } = find(await search(), domainType);
    const { enabled, kmsKeyId } = inputs["encryptAtRest"] as Readonly<Record<string, unknown>>;
    assert.equal(enabled, true);
    assert.match(String(kmsKeyId), /^arn:aws:kms:eu-west-1:210987654321:key\//);
    assert.deepEqual(inputs["nodeToNodeEncryption"], { enabled: true });
    assert.deepEqual(inputs["domainEndpointOptions"], {
      enforceHttps: true,
      tlsSecurityPolicy: "Policy-Min-TLS-1-2-PFS-2023-10",
    });
  });

  it("knows no password: its master is the role of the function that writes its tables", async () => {
    const resources = await search();
    const { masterUserOptions, ...options } = find(resources, domainType).inputs[
      "advancedSecurityOptions"
    ] as {
      readonly masterUserOptions: { readonly masterUserArn: string };
    };
    assert.deepEqual(options, {
      enabled: true,
      internalUserDatabaseEnabled: false,
      anonymousAuthEnabled: false,
    });
    const writer = find(resources, "aws:lambda/function:Function", "index-access");
    assert.equal(masterUserOptions.masterUserArn, textOf(writer, "role"));
    assert.match(masterUserOptions.masterUserArn, /role\/index-access-role/);
  });

  it("takes requests of this account by IAM, and of nobody else", async () => {
    const { Statement } = policyOf(find(await search(), domainType), "accessPolicies");
    assert.deepEqual(Statement, [
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::210987654321:root" },
        Action: "es:ESHttp*",
        Resource: `${domainArn}/*`,
      },
    ]);
  });

  it("is updated by itself, and in hours that are nobody else's", async () => {
    const { inputs } = find(await search(), domainType);
    assert.deepEqual(inputs["softwareUpdateOptions"], { autoSoftwareUpdateEnabled: true });
    assert.deepEqual(inputs["offPeakWindowOptions"], {
      enabled: true,
      offPeakWindow: { windowStartTime: { hours: 17, minutes: 0 } },
    });
    assert.deepEqual(inputs["autoTuneOptions"], {
      desiredState: "ENABLED",
      rollbackOnDisable: "NO_ROLLBACK",
      useOffPeakWindow: true,
    });
  });

  it("writes four logs, encrypted and for a year, where no other domain may write", async () => {
    const resources = await search();
    const domain = find(resources, domainType);
    const published = domain.inputs["logPublishingOptions"] as readonly Readonly<Record<string, unknown>>[];
    assert.deepEqual(
      published.map(({ logType, enabled }) => [logType, enabled]),
      ["AUDIT_LOGS", "ES_APPLICATION_LOGS", "INDEX_SLOW_LOGS", "SEARCH_SLOW_LOGS"].map((log) => [log, true]),
    );
    const groups = findAll(resources, "aws:cloudwatch/logGroup:LogGroup").filter((group) =>
      JSON.stringify(group.inputs["name"] ?? "").startsWith('"/aws/opensearch/domains/index/'),
    );
    assert.equal(groups.length, 4);
    for (const group of groups) {
      assert.equal(group.inputs["retentionInDays"], 365);
      assert.match(textOf(group, "kmsKeyId"), /^arn:aws:kms:/);
    }
    const [statement] = policyOf(
      find(resources, "aws:cloudwatch/logResourcePolicy:LogResourcePolicy"),
      "policyDocument",
    ).Statement;
    assert.deepEqual(statement?.["Condition"], {
      StringEquals: { "aws:SourceAccount": "210987654321" },
      ArnLike: { "aws:SourceArn": domainArn },
    });
    assert.ok(domain.dependencies.some((urn) => urn.includes("logResourcePolicy")));
  });

  it("answers on 443 in the data subnets, and lets nothing out", async () => {
    const { result, resources } = await run(() => makeSearch());
    const ingress = findAll(resources, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").filter(
      ({ name }) => name.startsWith("index-"),
    );
    assert.deepEqual(
      ingress.map(({ inputs }) => [inputs["cidrIpv4"], inputs["fromPort"], inputs["toPort"]]),
      [["10.20.0.0/17", 443, 443]],
    );
    const egress = findAll(resources, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule").filter(
      ({ name }) => name.startsWith("index-"),
    );
    // the function's, to the stores
    assert.deepEqual(
      egress.map(({ name, inputs }) => [name, inputs["cidrIpv4"], inputs["fromPort"]]),
      [["index-access-10-20-128-0-18", "10.20.128.0/18", 443]],
    );
    assert.deepEqual(result.destinations, [{ cidrs: ["10.20.128.0/18"], ports: [443] }]);
  });

  it("has its tables written by a function in the network that may do no more", async () => {
    const resources = await search();
    const { inputs } = find(resources, "aws:lambda/function:Function", "index-access");
    const { subnetIds } = inputs["vpcConfig"] as Readonly<Record<string, unknown>>;
    assert.deepEqual(subnetIds, ["subnet-private-a", "subnet-private-b", "subnet-private-c"]);
    const { variables } = inputs["environment"] as { readonly variables: Readonly<Record<string, string>> };
    assert.deepEqual(Object.keys(variables), ["SEARCH_HOST"]);
    assert.match(variables["SEARCH_HOST"] ?? "", /^vpc-index-.*\.eu-west-1\.es\.amazonaws\.com$/);
    const [users] = policyOf(
      find(resources, "aws:iam/rolePolicy:RolePolicy", "index-access-role-policy"),
    ).Statement;
    assert.deepEqual(users, {
      Sid: "Users",
      Effect: "Allow",
      Action: ["es:ESHttpDelete", "es:ESHttpPut"],
      Resource: `${domainArn}/_plugins/_security/api/*`,
    });
  });

  for (const [access, actions] of [
    ["read", ["es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost"]],
    ["readWrite", ["es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut"]],
  ] as const) {
    it(`lets an identity with ${access} through IAM and into the domain's tables`, async () => {
      const { resources } = await run(() => {
        const providers = awsProviders();
        const identity = new AwsWorkloadIdentity(
          "api",
          { ...here, cluster: makeCluster({}, providers), namespace: "shop", serviceAccount: "api" },
          { providers },
        );
        return makeSearch({}, providers).grant("api-index", identity, access, { parent: identity });
      });
      const policy = find(resources, "aws:iam/rolePolicy:RolePolicy", "api-index");
      assert.deepEqual(policyOf(policy).Statement, [
        { Effect: "Allow", Action: actions, Resource: `${domainArn}/*` },
      ]);
      const invocation = find(resources, invocationType, "api-index-indices");
      assert.equal(invocation.inputs["lifecycleScope"], "CRUD");
      const input = JSON.parse(textOf(invocation, "input")) as Readonly<Record<string, string>>;
      assert.deepEqual([input["user"], input["access"]], ["api", access]);
      assert.equal(input["roleArn"], `arn:aws:iam::210987654321:role/${textOf(policy, "role")}`);
      const writer = find(resources, "aws:lambda/function:Function", "index-access");
      assert.ok(invocation.dependencies.includes(writer.urn));
    });
  }

  it("tells workloads where it is and how to sign in, and never a password", async () => {
    const { result } = await run(() => makeSearch());
    const facts = Object.entries(result.connection);
    const values = await Promise.all(facts.map(async ([key, value]) => [key, await valueOf(value)] as const));
    const { SEARCH_URL, ...rest } = Object.fromEntries(values) as Record<string, string>;
    assert.match(SEARCH_URL ?? "", /^https:\/\/vpc-index-[0-9a-f]+\.eu-west-1\.es\.amazonaws\.com$/);
    assert.deepEqual(rest, {
      SEARCH_ENGINE: "opensearch",
      SEARCH_AUTH: "iam",
      SEARCH_REGION: "eu-west-1",
    });
  });

  it("registers the same on a first preview, when nothing is known", async () => {
    const urnsOf = (resources: readonly PlanResource[]) => resources.map(({ urn }) => urn);
    assert.deepEqual(urnsOf(await search({}, { preview: "unknown" })), urnsOf(await search()));
  });

  it("makes nothing in the cluster", async () => {
    const made = (await search()).filter(({ type }) => type.startsWith("kubernetes:elasticsearch"));
    assert.deepEqual(made, []);
  });

  for (const [running, wanted, message] of [
    ["OpenSearch_3.3", "OpenSearch_3.1", /search.openSearchVersion: expected OpenSearch_3.3 or newer/],
    ["OpenSearch_2.19", "OpenSearch_4.0", /as majors go one at a time/],
  ] as const) {
    it(`refuses ${wanted} after ${running}`, () => {
      const step = { oldInputs: { engineVersion: running }, newInputs: { engineVersion: wanted } };
      assert.throws(() => {
        checkUpgrade(step);
      }, message);
    });
  }

  it("goes from 2.19 to 3.3 and from 3.3 to 3.5 in place", () => {
    for (const [running, wanted] of [
      ["OpenSearch_2.19", "OpenSearch_3.3"],
      ["OpenSearch_3.3", "OpenSearch_3.5"],
    ]) {
      checkUpgrade({ oldInputs: { engineVersion: running }, newInputs: { engineVersion: wanted } });
    }
  });
});
