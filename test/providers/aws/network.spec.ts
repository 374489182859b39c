import * as assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import type { PlanResource } from "../../../preview/plan";
import { type InterfaceService, interfaceServices } from "../../../providers/aws/endpoints";
import { AwsNetwork, type AwsNetworkArgs } from "../../../providers/aws/network";
import { find, findAll, run, type TestRunOptions, valueOf } from "../../support/run";
import { policyOf, textOf } from "./inputs";

const networkArgs: AwsNetworkArgs = {
  cidr: "10.20.0.0/16",
  zones: ["a", "b", "c"],
  podCidr: "100.64.0.0/15",
  serviceCidr: "172.20.0.0/18",
  region: "eu-west-1",
  accountId: "210987654321",
};

async function makeNetwork(
  args: Partial<AwsNetworkArgs> = {},
  options?: TestRunOptions,
): Promise<{ readonly result: AwsNetwork; readonly resources: readonly PlanResource[] }> {
  return await run(() => {
    const { region, accountId } = networkArgs;
    const providers = [
      new aws.Provider("main", { region, allowedAccountIds: [accountId] }),
      new awsx.Provider("main"),
    ];
    return new AwsNetwork("main", { ...networkArgs, ...args }, { providers });
  }, options);
}

describe("AwsNetwork", () => {
  it("lays out three tiers a zone in the planned blocks, a NAT gateway in each", async () => {
    const { resources } = await makeNetwork();
    assert.deepEqual(find(resources, "awsx:ec2:Vpc", "main").inputs, {
      cidrBlock: "10.20.0.0/16",
      availabilityZoneNames: ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
      subnetStrategy: "Auto",
      subnetNameTagStrategy: "AvailabilityZone",
      subnetSpecs: [
        {
          name: "public",
          type: "Public",
          cidrBlocks: ["10.20.192.0/21", "10.20.200.0/21", "10.20.208.0/21"],
          tags: { "kubernetes.io/role/elb": "1" },
        },
        {
          name: "private",
          type: "Private",
          cidrBlocks: ["10.20.0.0/20", "10.20.16.0/20", "10.20.32.0/20"],
          tags: { "kubernetes.io/role/internal-elb": "1", "karpenter.sh/discovery": "main" },
        },
        {
          name: "data",
          type: "Isolated",
          cidrBlocks: ["10.20.128.0/21", "10.20.136.0/21", "10.20.144.0/21"],
        },
      ],
      natGateways: { strategy: "OnePerAz" },
      enableDnsSupport: true,
      enableDnsHostnames: true,
      enableNetworkAddressUsageMetrics: true,
    });
  });

  for (const [egress, strategy] of [
    ["none", "None"],
    ["shared", "Single"],
    ["perZone", "OnePerAz"],
  ] as const) {
    it(`makes NAT gateways by the strategy ${strategy} for egress ${egress}`, async () => {
      const { resources } = await makeNetwork({ egress });
      assert.deepEqual(find(resources, "awsx:ec2:Vpc").inputs["natGateways"], { strategy });
    });
  }

  it("gives the remote component its own provider and the one for its children", async () => {
    const { resources } = await makeNetwork();
    const vpc = find(resources, "awsx:ec2:Vpc");
    assert.match(vpc.provider ?? "", /::pulumi:providers:awsx::main::/);
    assert.deepEqual(Object.keys(vpc.providers), ["aws", "awsx"]);
    assert.match(vpc.providers["aws"] ?? "", /::pulumi:providers:aws::main::/);
  });

  it("answers its contract: ids by tier, blocks of workloads and of stores", async () => {
    const { result } = await makeNetwork();
    assert.match(await valueOf(result.networkId), /^vpc-[0-9a-f]{17}$/);
    const [nodes, stores] = [await valueOf(result.privateSubnetIds), await valueOf(result.dataSubnetIds)];
    assert.equal(new Set([...nodes, ...stores]).size, 6);
    for (const id of [...nodes, ...stores]) assert.match(id, /^subnet-[0-9a-f]{17}$/);
    assert.deepEqual(result.workloadCidrs, ["10.20.0.0/17"]);
    assert.deepEqual(result.dataCidrs, ["10.20.128.0/18"]);
    assert.equal(result.serviceCidr, "172.20.0.0/18");
  });

  it("registers the same resources when no output is known yet", async () => {
    const urnsOf = ({ resources }: { readonly resources: readonly PlanResource[] }): string[] =>
      resources.map((resource) => resource.urn);
    assert.deepEqual(urnsOf(await makeNetwork({}, { preview: "unknown" })), urnsOf(await makeNetwork()));
  });

  it("leaves the default security group without a rule", async () => {
    const { result, resources } = await makeNetwork();
    assert.deepEqual(find(resources, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup").inputs, {
      vpcId: await valueOf(result.networkId),
      ingress: [],
      egress: [],
      tags: { Name: "main-default-closed" },
    });
  });

  it("refuses a block that can't carry the network, before anything is made", async () => {
    await assert.rejects(makeNetwork({ cidr: "10.20.0.0/24" }), /\/16 to \/22, got "10.20.0.0\/24"/);
  });

  it("refuses to stand without an explicit provider", async () => {
    await assert.rejects(
      run(() => new AwsNetwork("main", networkArgs)),
      /opts\.providers: expected a provider of the package awsx, got none/,
    );
  });
});

describe("network ACLs of AwsNetwork", () => {
  const everything = (cidrBlock: string, ruleNo: number): object => ({
    action: "allow",
    cidrBlock,
    fromPort: 0,
    protocol: "-1",
    ruleNo,
    toPort: 0,
  });

  it("lets the data tier speak to the private tier and itself only, both ways", async () => {
    const { result, resources } = await makeNetwork();
    const acl = find(resources, "aws:ec2/networkAcl:NetworkAcl", "main-data");
    const rules = [everything("10.20.0.0/17", 100), everything("10.20.128.0/18", 200)];
    assert.deepEqual(acl.inputs["ingress"], rules);
    assert.deepEqual(acl.inputs["egress"], rules);
    assert.deepEqual(acl.inputs["subnetIds"], await valueOf(result.dataSubnetIds));
  });

  for (const tier of ["public", "private"]) {
    it(`lets into the ${tier} tier the network, visitors of 80 and 443, and answers, but no administration`, async () => {
      const { resources } = await makeNetwork();
      const { ingress, egress } = find(resources, "aws:ec2/networkAcl:NetworkAcl", `main-${tier}`).inputs;
      const open = (protocol: string, fromPort: number, toPort: number, ruleNo: number): object => ({
        action: "allow",
        cidrBlock: "0.0.0.0/0",
        fromPort,
        protocol,
        ruleNo,
        toPort,
      });
      assert.deepEqual(ingress, [
        everything("10.20.0.0/16", 100),
        open("tcp", 80, 80, 200),
        open("tcp", 443, 443, 300),
        open("tcp", 1024, 3388, 400),
        open("tcp", 3390, 65535, 500),
        open("udp", 1024, 3388, 600),
        open("udp", 3390, 65535, 700),
        { ...open("icmp", 0, 0, 800), icmpType: 3, icmpCode: 4 },
      ]);
      assert.deepEqual(egress, [everything("0.0.0.0/0", 100)]);
    });
  }
});

describe("flow logs of AwsNetwork", () => {
  it("record every flow into an encrypted bucket that keeps them as long as asked", async () => {
    const { result, resources } = await makeNetwork({ flowLogRetentionDays: 400 });
    const flowLog = find(resources, "aws:ec2/flowLog:FlowLog");
    const bucket = find(resources, "aws:s3/bucket:Bucket", "main-flow-logs");
    const logFormat = textOf(flowLog, "logFormat");
    assert.match(logFormat, /\$\{srcaddr\} \$\{dstaddr\}.* \$\{pkt-srcaddr\}.* \$\{action\}/);
    assert.deepEqual(flowLog.inputs, {
      vpcId: await valueOf(result.networkId),
      logFormat,
      trafficType: "ALL",
      logDestinationType: "s3",
      logDestination: logDestinationOf(resources),
      maxAggregationInterval: 60,
      destinationOptions: { fileFormat: "parquet", hiveCompatiblePartitions: true, perHourPartition: true },
    });
    assert.equal(bucket.protect, true);

    const encryption = find(
      resources,
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    );
    assert.match(JSON.stringify(encryption.inputs["rules"]), /"sseAlgorithm":"aws:kms"/);
    assert.deepEqual(
      find(resources, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").inputs["rules"],
      [
        {
          id: "clean-up",
          status: "Enabled",
          filter: { prefix: "" },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
          noncurrentVersionExpiration: { noncurrentDays: 7 },
          expiration: { days: 400 },
        },
      ],
    );
  });

  it("are delivered for this account's VPCs only, to the bucket and by the key", async () => {
    const { resources } = await makeNetwork();
    const arn = logDestinationOf(resources);
    const policy = policyOf(find(resources, "aws:s3/bucketPolicy:BucketPolicy"));
    const [, , write, check, ...more] = policy.Statement;
    assert.deepEqual(more, []);
    const principal = { Service: "delivery.logs.amazonaws.com" };
    const source = { "aws:SourceArn": "arn:aws:logs:eu-west-1:210987654321:*" };
    assert.deepEqual(write, {
      Sid: "AWSLogDeliveryWrite",
      Effect: "Allow",
      Principal: principal,
      Action: "s3:PutObject",
      Resource: `${arn}/AWSLogs/*`,
      Condition: {
        StringEquals: { "aws:SourceAccount": "210987654321", "s3:x-amz-acl": "bucket-owner-full-control" },
        ArnLike: source,
      },
    });
    assert.deepEqual(check, {
      Sid: "AWSLogDeliveryAclCheck",
      Effect: "Allow",
      Principal: principal,
      Action: "s3:GetBucketAcl",
      Resource: arn,
      Condition: { StringEquals: { "aws:SourceAccount": "210987654321" }, ArnLike: source },
    });
    // AWS adds the two statements by itself where they are not there yet, and the bucket's policy drifts
    const { dependencies } = find(resources, "aws:ec2/flowLog:FlowLog");
    assert.ok(dependencies.includes(find(resources, "aws:s3/bucketPolicy:BucketPolicy").urn));
    const keyPolicy = policyOf(find(resources, "aws:kms/key:Key", "main-flow-logs-key"));
    assert.match(JSON.stringify(keyPolicy), /"Service":"delivery.logs.amazonaws.com"/);
  });

  it("can be deleted with their bucket and key where the stack is not protected", async () => {
    const { resources } = await makeNetwork({ protect: false });
    const bucket = find(resources, "aws:s3/bucket:Bucket");
    assert.deepEqual([bucket.protect, bucket.inputs["forceDestroy"]], [false, true]);
    assert.equal(find(resources, "aws:kms/key:Key").protect, false);
  });

  function logDestinationOf(resources: readonly PlanResource[]): string {
    const destination = textOf(find(resources, "aws:ec2/flowLog:FlowLog"), "logDestination");
    assert.match(destination, /^arn:aws:s3:::main-flow-logs-[0-9a-f]{7}$/);
    return destination;
  }
});

describe("endpoints of AwsNetwork", () => {
  const servicesOf = (resources: readonly PlanResource[], type: string): string[] =>
    findAll(resources, "aws:ec2/vpcEndpoint:VpcEndpoint")
      .filter((endpoint) => endpoint.inputs["vpcEndpointType"] === type)
      .map((endpoint) => textOf(endpoint, "serviceName").replace("com.amazonaws.eu-west-1.", ""))
      .sort();

  for (const [args, services, reason] of [
    [{}, interfaceServices, "each service by default"],
    [{ egress: "none" }, interfaceServices, "each service where there is no other way out"],
    [{ egress: "shared" }, [], "none where one NAT gateway serves all zones"],
    [{ egress: "shared", interfaceEndpoints: ["sts", "ecr.dkr"] }, ["ecr.dkr", "sts"], "those asked for"],
  ] as const satisfies readonly (readonly [Partial<AwsNetworkArgs>, readonly InterfaceService[], string])[]) {
    it(`make interfaces to ${reason}, and gateways always`, async () => {
      const { resources } = await makeNetwork(args);
      assert.deepEqual(servicesOf(resources, "Interface"), [...services]);
      assert.deepEqual(servicesOf(resources, "Gateway"), ["dynamodb", "s3"]);
      const groups = findAll(resources, "aws:ec2/securityGroup:SecurityGroup");
      assert.equal(groups.length, services.length > 0 ? 1 : 0);
    });
  }

  for (const [args, expected, where] of [
    [{}, true, "at endpoints of the network's own"],
    [{ egress: "shared" }, false, "at public addresses where there is no endpoint"],
    [
      { egress: "shared", interfaceEndpoints: ["sts"] },
      false,
      "at public addresses where the endpoint is another's",
    ],
  ] as const satisfies readonly (readonly [Partial<AwsNetworkArgs>, boolean, string])[]) {
    it(`tell pods to find the secret store ${where}`, async () => {
      const { result: network } = await makeNetwork(args);
      assert.equal(network.privateApis, expected);
    });
  }

  it("stand in every private subnet, take HTTPS from the network only and answer by the services' own names", async () => {
    const { result, resources } = await makeNetwork();
    const endpoint = find(resources, "aws:ec2/vpcEndpoint:VpcEndpoint", "main-endpoints-ecr-api");
    assert.equal(endpoint.inputs["privateDnsEnabled"], true);
    assert.deepEqual(endpoint.inputs["subnetIds"], await valueOf(result.privateSubnetIds));

    const group = find(resources, "aws:ec2/securityGroup:SecurityGroup", "main-endpoints");
    assert.deepEqual(endpoint.propertyDependencies["securityGroupIds"], [group.urn]);
    const rules = findAll(resources, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");
    assert.equal(rules.length, 1);
    const { securityGroupId, ...rule } = rules[0]?.inputs ?? {};
    assert.deepEqual([securityGroupId], endpoint.inputs["securityGroupIds"]);
    assert.deepEqual(rule, {
      description: "HTTPS from the network",
      cidrIpv4: "10.20.0.0/16",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    });
  });

  it("teach every route table the way to S3, for our credentials and anyone's downloads", async () => {
    const { resources } = await makeNetwork();
    const gateway = find(resources, "aws:ec2/vpcEndpoint:VpcEndpoint", "main-endpoints-s3");
    const tables = gateway.inputs["routeTableIds"];
    assert.ok(Array.isArray(tables));
    assert.equal(new Set(tables).size, 9);
    assert.deepEqual(policyOf(gateway), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "OwnAccount",
          Effect: "Allow",
          Principal: { AWS: "*" },
          Action: "*",
          Resource: "*",
          Condition: {
            StringEquals: {
              "aws:PrincipalAccount": "210987654321",
              "aws:ResourceAccount": "210987654321",
            },
          },
        },
        {
          Sid: "Downloads",
          Effect: "Allow",
          Principal: { AWS: "*" },
          Action: "s3:GetObject",
          Resource: "*",
        },
      ],
    });
  });

  it("take no credentials of another account where a service holds data", async () => {
    const { resources } = await makeNetwork();
    for (const service of ["kms", "logs", "secretsmanager", "sqs"]) {
      const endpoint = find(resources, "aws:ec2/vpcEndpoint:VpcEndpoint", `main-endpoints-${service}`);
      assert.deepEqual(policyOf(endpoint), {
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "OwnAccount",
            Effect: "Allow",
            Principal: { AWS: "*" },
            Action: "*",
            Resource: "*",
            Condition: { StringEquals: { "aws:PrincipalAccount": "210987654321" } },
          },
        ],
      });
    }
  });
});
