import * as assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { WorkloadIdentity } from "../../../components/identity/workloadIdentity";
import type { PlanResource } from "../../../preview/plan";
import { AwsDnsZone, awsDnsZone, type AwsDnsZoneArgs } from "../../../providers/aws/dnsZone";
import { ZoneStub } from "../../components/platform/cloudStubs";
import { find, findAll, run, valueOf } from "../../support/run";
import { policyOf, textOf } from "./inputs";
import { here } from "./stacks";

function newZone(args: Partial<AwsDnsZoneArgs> = {}): AwsDnsZone {
  const account = { allowedAccountIds: [here.accountId] };
  const provider = new aws.Provider("main", { region: here.region, ...account });
  const atEdge = new aws.Provider("edge", { region: "us-east-1", ...account });
  const given = { ...here, domain: "shop.example.com", atEdge, logRetentionDays: 400, ...args };
  return new AwsDnsZone("zone", given, { provider });
}

const makeZone = (args: Partial<AwsDnsZoneArgs> = {}) => run(() => newZone(args));

/** An identity as far as a grant looks at it. */
class Solver extends pulumi.ComponentResource implements WorkloadIdentity {
  readonly namespace = "shop";
  readonly serviceAccount = "api";
  readonly principal = pulumi.output("solver-role-1234567");
  readonly identifier = pulumi.output("identifier");
  readonly serviceAccountAnnotations = pulumi.output<Record<string, string>>({});

  constructor() {
    super("test:index:Solver", "solver");
    this.registerOutputs({});
  }
}

const providerOf = ({ provider }: PlanResource): string =>
  /::pulumi:providers:aws::(\w+)::/.exec(provider ?? "")?.[1] ?? "none";

describe("AwsDnsZone", () => {
  it("is a public zone that outlives a mistake, and says where to delegate the domain to", async () => {
    const { result, resources } = await makeZone();
    const { inputs, protect } = find(resources, "aws:route53/zone:Zone", "zone");
    assert.deepEqual(inputs, {
      name: "shop.example.com",
      comment: "public zone of shop.example.com",
      forceDestroy: false,
    });
    assert.equal(protect, true);
    assert.equal((await valueOf(result.nameServers)).length, 4);
  });

  it("goes with all it holds where the stack is not protected", async () => {
    const { resources } = await makeZone({ protect: false });
    const { inputs, protect } = find(resources, "aws:route53/zone:Zone");
    assert.deepEqual([inputs["forceDestroy"], protect], [true, false]);
    for (const type of ["aws:kms/key:Key", "aws:cloudwatch/logGroup:LogGroup"]) {
      for (const holder of findAll(resources, type)) assert.equal(holder.protect, false, holder.name);
    }
  });

  it("lets Amazon and Let's Encrypt issue certificates, and nobody else", async () => {
    const { resources } = await makeZone();
    const { inputs } = find(resources, "aws:route53/record:Record", "zone-authorities");
    assert.deepEqual(
      [inputs["name"], inputs["type"], inputs["records"]],
      ["shop.example.com", "CAA", ['0 issue "amazon.com"', '0 issue "letsencrypt.org"']],
    );
  });

  it("signs with an elliptic key of us-east-1, which Route 53 may use for this zone and no other", async () => {
    const { resources } = await makeZone();
    const key = find(resources, "aws:kms/key:Key", "zone-dnssec-key");
    assert.equal(providerOf(key), "edge");
    assert.equal(key.protect, true);
    assert.deepEqual(
      [key.inputs["customerMasterKeySpec"], key.inputs["keyUsage"], key.inputs["deletionWindowInDays"]],
      ["ECC_NIST_P256", "SIGN_VERIFY", 30],
    );
    const [account, sign, grant, ...others] = policyOf(key).Statement;
    assert.deepEqual(others, []);
    assert.deepEqual(account?.["Principal"], { AWS: `arn:aws:iam::${here.accountId}:root` });
    const zoneArn = `arn:aws:route53:::hostedzone/${textOf(signingKey(resources), "hostedZoneId")}`;
    const forThisZone = {
      StringEquals: { "aws:SourceAccount": here.accountId },
      ArnEquals: { "aws:SourceArn": zoneArn },
    };
    assert.deepEqual(sign, {
      Sid: "SignZone",
      Effect: "Allow",
      Principal: { Service: "dnssec-route53.amazonaws.com" },
      Action: ["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"],
      Resource: "*",
      Condition: forThisZone,
    });
    assert.deepEqual(grant?.["Action"], "kms:CreateGrant");
    assert.deepEqual(grant["Condition"], { ...forThisZone, Bool: { "kms:GrantIsForAWSResource": "true" } });
  });

  it("turns signing on once its key is there, under a name that Route 53 takes", async () => {
    const { resources } = await makeZone();
    const key = signingKey(resources);
    assert.match(textOf(key, "name"), /^\w{3,128}$/);
    const signing = find(resources, "aws:route53/hostedZoneDnsSec:HostedZoneDnsSec");
    assert.equal(signing.inputs["signingStatus"], "SIGNING");
    assert.ok(signing.dependencies.includes(key.urn));
  });

  it("keeps what it was asked, encrypted and as long as told, in us-east-1", async () => {
    const { resources } = await makeZone();
    const logs = find(resources, "aws:cloudwatch/logGroup:LogGroup", "zone-queries");
    const key = find(resources, "aws:kms/key:Key", "zone-queries-key");
    assert.deepEqual([logs.inputs["retentionInDays"], logs.protect, providerOf(logs)], [400, true, "edge"]);
    assert.deepEqual(logs.propertyDependencies["kmsKeyId"], [key.urn]);
    assert.equal(providerOf(key), "edge");
    const delivery = find(resources, "aws:cloudwatch/logResourcePolicy:LogResourcePolicy");
    const [allowed] = policyOf(delivery, "policyDocument").Statement;
    assert.deepEqual(allowed?.["Principal"], { Service: "route53.amazonaws.com" });
    assert.match(String(allowed["Resource"]), /:log-group:zone-queries-[0-9a-f]{7}:\*$/);
    assert.deepEqual(Object.keys(allowed["Condition"] as object), ["ArnEquals", "StringEquals"]);
    const log = find(resources, "aws:route53/queryLog:QueryLog");
    assert.ok(log.dependencies.includes(delivery.urn), "Route 53 is told before it may write");
  });

  it("lets cert-manager write TXT records of challenges in this zone alone", async () => {
    const { resources } = await run(() => {
      const zone = newZone();
      const solver = new Solver();
      zone.grantAcme("solver-zone", solver, { parent: solver });
      return zone;
    });
    const granted = find(resources, "aws:iam/rolePolicy:RolePolicy", "solver-zone");
    assert.equal(granted.inputs["role"], "solver-role-1234567");
    assert.match(granted.parent ?? "", /test:index:Solver::solver$/);
    assert.equal(providerOf(granted), "main");
    const zoneArn = `arn:aws:route53:::hostedzone/${textOf(signingKey(resources), "hostedZoneId")}`;
    const key = (of: string) => `route53:ChangeResourceRecordSets${of}`;
    assert.deepEqual(policyOf(granted).Statement, [
      {
        Sid: "WriteChallenges",
        Effect: "Allow",
        Action: "route53:ChangeResourceRecordSets",
        Resource: zoneArn,
        Condition: {
          "ForAllValues:StringLike": {
            [key("NormalizedRecordNames")]: [
              "_acme-challenge.shop.example.com",
              "_acme-challenge.*.shop.example.com",
            ],
          },
          "ForAllValues:StringEquals": {
            [key("RecordTypes")]: ["TXT"],
            [key("Actions")]: ["UPSERT", "DELETE"],
          },
          Null: {
            [key("NormalizedRecordNames")]: "false",
            [key("RecordTypes")]: "false",
            [key("Actions")]: "false",
          },
        },
      },
      { Sid: "ReadZone", Effect: "Allow", Action: "route53:ListResourceRecordSets", Resource: zoneArn },
      {
        Sid: "WaitForChange",
        Effect: "Allow",
        Action: "route53:GetChange",
        Resource: "arn:aws:route53:::change/*",
      },
    ]);
  });

  it("lets external-dns make records in this zone, delete none, and write none of the names that are kept", async () => {
    const { resources, result } = await run(() => {
      const zone = newZone();
      const to = new Solver();
      zone.grantRecords("records-zone", { to, kept: ["shop.example.com"] }, { parent: to });
      return zone;
    });
    const granted = find(resources, "aws:iam/rolePolicy:RolePolicy", "records-zone");
    const zoneArn = await valueOf(result.zoneArn);
    const key = (of: string) => `route53:ChangeResourceRecordSets${of}`;
    const write = { Action: "route53:ChangeResourceRecordSets", Resource: zoneArn };
    assert.deepEqual(policyOf(granted).Statement, [
      {
        Sid: "WriteRecords",
        Effect: "Allow",
        ...write,
        Condition: {
          "ForAllValues:StringEquals": {
            [key("RecordTypes")]: ["A", "AAAA", "CNAME", "TXT"],
            [key("Actions")]: ["CREATE", "UPSERT"],
          },
          Null: { [key("RecordTypes")]: "false", [key("Actions")]: "false" },
        },
      },
      {
        Sid: "KeepOwnNames",
        Effect: "Deny",
        ...write,
        Condition: {
          "ForAnyValue:StringLike": {
            [key("NormalizedRecordNames")]: ["shop.example.com", "_acme-challenge.*"],
          },
        },
      },
      { Sid: "ReadZone", Effect: "Allow", Action: "route53:ListResourceRecordSets", Resource: zoneArn },
      { Sid: "FindZone", Effect: "Allow", Action: "route53:ListHostedZones", Resource: "*" },
    ]);
    assert.equal(result.recordsSolver.flags.provider, "aws");
    assert.equal(
      await valueOf(pulumi.output(result.recordsSolver.flags["zone-id-filter"])),
      await valueOf(result.zoneId),
    );
    assert.deepEqual(result.recordsSolver.environment, { AWS_REGION: here.region });
  });

  it("tells cert-manager the zone's id, so that it need not search", async () => {
    const { result } = await makeZone();
    assert.deepEqual(await valueOf(result.acmeSolver), {
      route53: { region: here.region, hostedZoneID: await valueOf(result.zoneId) },
    });
  });

  for (const [what, target, zoneId] of [
    [
      "a load balancer, in the region's zone of them",
      "k8s-1.elb.eu-west-1.amazonaws.com",
      "Z0NETWORK0STANDIN",
    ],
    ["CloudFront, in its own", "d0123456789abc.cloudfront.net", "Z2FDTNDATAQYW2"],
  ] as const) {
    it(`points a name to ${what}`, async () => {
      const { resources } = await run(() => {
        const zone = newZone();
        zone.point("www", { host: "www.shop.example.com", loadBalancer: target }, { parent: zone });
      });
      const { inputs } = find(resources, "aws:route53/record:Record", "www");
      assert.deepEqual(
        [inputs["name"], inputs["type"], inputs["aliases"]],
        ["www.shop.example.com", "A", [{ name: target, zoneId, evaluateTargetHealth: false }]],
      );
    });
  }

  for (const host of ["example.com", "other.example.com", "myshop.example.com"]) {
    it(`points ${host} nowhere, which is not the zone's`, async () => {
      await assert.rejects(
        run(() => newZone().point("stray", { host, loadBalancer: "lb.example.net" }, {})),
        /host: expected shop\.example\.com or a name below it/,
      );
    });
  }

  it("is not taken for a zone of another cloud", async () => {
    await assert.rejects(
      run(() => awsDnsZone(new ZoneStub("zone"))),
      /expected a zone of this cloud, got a ZoneStub/,
    );
  });
});

function signingKey(resources: readonly PlanResource[]): PlanResource {
  return find(resources, "aws:route53/keySigningKey:KeySigningKey");
}
