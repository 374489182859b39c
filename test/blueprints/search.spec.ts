import assert from "node:assert/strict";
import { type Cloud, clouds } from "../../components/cloud";
import type { PlanResource } from "../../preview/plan";
import { production, textsAt, valuesAt } from "./production";

const domain = "aws:opensearch/domain:Domain";
const elasticsearch = "kubernetes:elasticsearch.k8s.elastic.co/v1:Elasticsearch";

/** What `../shared/systems.md` asks to be searched with: S3.3 and S3.6 of suuupra, S5.2 of publishing. */
describe("the search index in production", () => {
  const plans = new Map<string, readonly PlanResource[]>();
  const on = (blueprint: string, cloud: Cloud) => plans.get(`${blueprint} ${cloud}`) ?? [];
  before(async () => {
    for (const cloud of clouds) {
      for (const blueprint of ["suuupra", "publishing"]) {
        plans.set(`${blueprint} ${cloud}`, await production(blueprint, cloud));
      }
    }
  });

  /** Masters and data nodes of Elasticsearch, with the data nodes' disks. */
  const nodesOf = (all: readonly PlanResource[]) => {
    // logs have an Elasticsearch of their own
    const resources = all.filter(({ name }) => /^[a-z]+-prod-search/.test(name));
    return {
      versions: valuesAt(resources, elasticsearch, "spec.version"),
      names: valuesAt(resources, elasticsearch, "spec.nodeSets.*.name"),
      counts: valuesAt(resources, elasticsearch, "spec.nodeSets.*.count"),
      disks: valuesAt(
        resources,
        elasticsearch,
        "spec.nodeSets.*.volumeClaimTemplates.*.spec.resources.requests.storage",
      ),
    };
  };

  for (const cloud of clouds) {
    it(`is Elasticsearch with three masters and six data nodes of suuupra's own, on ${cloud}`, () => {
      assert.deepEqual(nodesOf(on("suuupra", cloud)), {
        versions: ["9.4.3"],
        names: ["master", "data"],
        counts: [3, 6],
        disks: ["10Gi", "200Gi"],
      });
      assert.deepEqual(valuesAt(on("suuupra", cloud), domain, ""), []);
    });
  }

  it("is OpenSearch Service with three masters and three data nodes for publishing, on AWS", () => {
    const resources = on("publishing", "aws");
    const at = (path: string) => valuesAt(resources, domain, path);
    assert.deepEqual(at("engineVersion"), ["OpenSearch_3.3"]);
    assert.deepEqual(at("clusterConfig.instanceType"), ["m6g.large.search"]);
    assert.deepEqual(at("clusterConfig.instanceCount"), [3]);
    assert.deepEqual(at("clusterConfig.dedicatedMasterCount"), [3]);
    assert.deepEqual(at("clusterConfig.zoneAwarenessConfig.availabilityZoneCount"), [3]);
    assert.equal(at("vpcOptions.subnetIds.*").length, 3);
    assert.deepEqual(valuesAt(resources, elasticsearch, ""), []);
  });

  it("is Elasticsearch of the same size for publishing, on GCP, which has no such service", () => {
    assert.deepEqual(nodesOf(on("publishing", "gcp")), {
      versions: ["9.4.3"],
      names: ["master", "data"],
      counts: [3, 3],
      disks: ["10Gi", "100Gi"],
    });
  });

  it("has its own snapshots each day, kept for thirty, in a bucket of its cloud", () => {
    for (const [blueprint, cloud, bucket] of [
      ["suuupra", "aws", "aws:s3/bucket:Bucket"],
      ["suuupra", "gcp", "gcp:storage/bucket:Bucket"],
      ["publishing", "gcp", "gcp:storage/bucket:Bucket"],
    ] as const) {
      const resources = on(blueprint, cloud);
      const ofSearch = resources.filter(({ name }) => name.startsWith(`${blueprint}-prod-search`));
      const [job] = valuesAt(ofSearch, "kubernetes:batch/v1:Job", "spec.template.spec.containers.*.args");
      assert.match(JSON.stringify(job), cloud === "aws" ? /type\W+s3\W/ : /type\W+gcs\W/);
      assert.match(JSON.stringify(job), /expire_after\W+30d/);
      const made = resources.filter(
        ({ type, name }) => type === bucket && name === `${blueprint}-prod-search`,
      );
      assert.equal(made.length, 1);
    }
  });

  it("signs in by tokens on AWS, where its nodes know no agent, and beside it Milvus and the logs' nodes alone", () => {
    const trusts = textsAt(on("suuupra", "aws"), "aws:iam/role:Role", "assumeRolePolicy");
    const byToken = trusts.filter(
      (trust) => trust.includes("sts:AssumeRoleWithWebIdentity") && trust.includes(":sub"),
    );
    assert.deepEqual(
      byToken.flatMap((trust) => /system:serviceaccount:[a-z:-]+/.exec(trust) ?? []),
      [
        "system:serviceaccount:vectors:milvus",
        "system:serviceaccount:search:elasticsearch",
        "system:serviceaccount:logging:elasticsearch",
      ],
    );
  });

  it("is open to the services that name it, and to no other", () => {
    for (const [blueprint, cloud, users] of [
      ["suuupra", "aws", ["commerce", "content"]],
      ["suuupra", "gcp", ["commerce", "content"]],
      ["publishing", "gcp", ["api", "publisher"]],
    ] as const) {
      const policies = valuesAt(
        on(blueprint, cloud),
        "kubernetes:networking.k8s.io/v1:NetworkPolicy",
        "metadata",
      ).map((metadata) => JSON.stringify(metadata));
      for (const user of users) {
        assert.ok(policies.includes(`{"name":"from-${user}","namespace":"search"}`), `${blueprint} ${user}`);
      }
      const inward = policies.filter((policy) => /"from-[a-z-]+","namespace":"search"/.test(policy));
      assert.equal(inward.length, users.length);
    }
    const grants = textsAt(on("publishing", "aws"), "aws:lambda/invocation:Invocation", "input");
    assert.deepEqual(
      grants.map((grant) => /"user":"([a-z-]+)","access":"([a-zA-Z]+)"/.exec(grant)?.slice(1)),
      [
        ["api", "readWrite"],
        ["publisher", "readWrite"],
      ],
    );
  });

  it("is watched: each alarm goes to the on-call, with a page of what to do", () => {
    for (const [blueprint, cloud] of [
      ["suuupra", "aws"],
      ["suuupra", "gcp"],
      ["publishing", "gcp"],
    ] as const) {
      const pages = textsAt(
        on(blueprint, cloud),
        "kubernetes:monitoring.coreos.com/v1:PrometheusRule",
        "spec.groups.*.rules.*.annotations.runbook_url",
      ).filter((page) => page.includes("/search.md#"));
      assert.equal(pages.length, 9);
    }
    const alarms = textsAt(
      on("publishing", "aws"),
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      "alarmDescription",
    ).filter((description) => description.includes("/search.md#"));
    assert.equal(alarms.length, 10);
  });
});
