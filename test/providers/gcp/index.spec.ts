import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { projectApis } from "../../../providers/gcp/project";
import { withoutApi } from "../../support/gcpApis";
import { find, findAll, run, valueOf } from "../../support/run";
import { gcpProvider } from "../../../providers/gcp";
import type { CloudProvider } from "../../../providers/provider";
import { bucketArgs, clusterArgs, networkArgs, onGcp, place, postgresArgs, redisArgs, textOf } from "./stack";

/** One of everything. */
function everything(cloud: CloudProvider): void {
  const network = cloud.network("main-network", networkArgs, {});
  const cluster = cloud.cluster("main-cluster", { ...clusterArgs, network }, {});
  const args = { cluster, namespace: "seo", serviceAccount: "api" };
  const identity = cloud.workloadIdentity("main-api", args, {});
  const stores = {
    postgres: cloud.postgres("main-postgres", { ...postgresArgs, network }, {}),
    redis: cloud.redis("main-redis", { ...redisArgs, network }, {}),
    bucket: cloud.bucket("main-bucket", bucketArgs, {}),
  };
  for (const [key, store] of Object.entries(stores)) {
    store.grant(`main-api-${key}`, identity, "readWrite", { parent: identity });
  }
}

describe("gcpProvider", () => {
  it("makes everything with one explicit provider that labels all", async () => {
    const { resources } = await onGcp(everything);
    const provider = find(resources, "pulumi:providers:gcp", "main");
    assert.deepEqual(JSON.parse(textOf(provider.inputs["defaultLabels"])), place.labels);
    assert.equal(provider.inputs["project"], place.project);
    assert.equal(provider.inputs["region"], place.region);
    // without them a person's calls to some APIs are refused
    assert.equal(provider.inputs["userProjectOverride"], "true");
    assert.equal(provider.inputs["billingProject"], place.project);

    const made = resources.filter(({ type }) => type.startsWith("gcp:"));
    assert.ok(made.length > 50);
    for (const { urn, provider: used } of made) {
      assert.ok(used?.startsWith(`${provider.urn}::`), `${urn} has the provider ${used ?? "nothing"}`);
    }
  });

  it("puts every resource under a component", async () => {
    const { resources } = await onGcp(everything);
    const components = new Set(resources.filter(({ custom }) => !custom).map(({ urn }) => urn));
    for (const { urn, parent, custom } of resources) {
      if (custom) {
        assert.ok(parent !== null && components.has(parent), `${urn} has the parent ${parent ?? "nothing"}`);
        assert.ok(!parent.includes("pulumi:pulumi:Stack::"), `${urn} hangs from the stack`);
      }
    }
  });

  it("has no bucket for MongoDB's operator, which would ask for a key, and says so", async () => {
    const { result } = await onGcp((cloud) => cloud);
    assert.equal(result.hasMongoBackups, false);
    assert.throws(
      () => result.mongoBackups(),
      /^UnsupportedOnCloudError: mongo\.backupRetentionDays is not supported on gcp: Percona's operator .* by a key alone/,
    );
  });

  it("registers the same in a first preview as later", async () => {
    const known = await onGcp(everything);
    const unknown = await onGcp(everything, { preview: "unknown" });
    const urns = ({ resources }: typeof known): readonly string[] => resources.map(({ urn }) => urn).sort();
    assert.deepEqual(urns(unknown), urns(known));
  });

  it("protects what keeps data, and nothing else", async () => {
    const { resources } = await onGcp(everything);
    const protectedTypes = new Set(resources.filter((resource) => resource.protect).map(({ type }) => type));
    assert.deepEqual([...protectedTypes].sort(), [
      "gcp:container/cluster:Cluster",
      "gcp:gkebackup/backupPlan:BackupPlan",
      "gcp:kms/cryptoKey:CryptoKey",
      "gcp:kms/keyRing:KeyRing",
      "gcp:logging/projectBucketConfig:ProjectBucketConfig",
      "gcp:redis/cluster:Cluster",
      "gcp:sql/database:Database",
      "gcp:sql/databaseInstance:DatabaseInstance",
      "gcp:storage/bucket:Bucket",
    ]);
  });

  it("keeps every log under a key of its own, which Cloud Logging may use by then", async () => {
    const { resources } = await onGcp((cloud) => {
      everything(cloud);
      cloud.dnsZone("main-zone", { domain: "shop.example.com", logRetentionDays: 400 }, {});
      cloud.audit("main-audit", { retentionDays: 400 }, {});
    });
    const logs = findAll(resources, "gcp:logging/projectBucketConfig:ProjectBucketConfig");
    assert.deepEqual(logs.map(({ name }) => name).sort(), [
      "main-audit-record",
      "main-cluster-logs",
      "main-network-flow-logs",
      "main-zone-queries",
    ]);
    for (const { name, inputs, dependencies } of logs) {
      const { kmsKeyName } = inputs["cmekSettings"] as { readonly kmsKeyName: string };
      assert.match(kmsKeyName, new RegExp(`/locations/us-east1/.+/cryptoKeys/${name}-key-[0-9a-f]{7}$`));
      const grant = find(resources, "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember", `${name}-key-logging`);
      assert.equal(
        grant.inputs["member"],
        "serviceAccount:cmek-p123456789012@gcp-sa-logging.iam.gserviceaccount.com",
      );
      assert.ok(dependencies.includes(grant.urn), `${name} waits for its key`);
    }
  });

  it("turns on the APIs it calls, and leaves them on", async () => {
    const { resources } = await onGcp(() => undefined);
    const services = findAll(resources, "gcp:projects/service:Service");
    assert.deepEqual(
      services.map(({ inputs }) => inputs["service"]),
      projectApis.map((api) => `${api}.googleapis.com`),
    );
    for (const { inputs } of services) {
      assert.equal(inputs["disableOnDestroy"], false);
    }
  });

  it("waits for an API before calling it", async () => {
    const { checked, early } = withoutApi((await onGcp(everything)).resources);
    assert.deepEqual(early, []);
    assert.ok(checked > 50, `only ${checked} resources`);
  });

  it("is told of a caller that waits for nothing, and of a module whose API nobody named", async () => {
    const { resources } = await onGcp(everything);
    const network = find(resources, "gcp:compute/network:Network", "main-network");
    const others = resources.filter((resource) => resource !== network);
    const { early } = withoutApi([...others, { ...network, dependencies: [] }]);
    assert.ok(early.includes("gcp:compute/network:Network main-network: compute.googleapis.com"));
    assert.throws(
      () => withoutApi([{ ...network, type: "gcp:spanner/instance:Instance" }]),
      /gcp:spanner\/instance:Instance: expected a module of/,
    );
  });

  it("gives no user or workload a password or a key file", async () => {
    const { resources } = await onGcp(everything);
    assert.deepEqual(findAll(resources, "gcp:serviceaccount/key:Key"), []);
    const user = find(resources, "gcp:sql/user:User");
    assert.deepEqual(
      Object.keys(user.inputs).filter((key) => /password/i.test(key)),
      [],
    );
    const instance = find(resources, "gcp:sql/databaseInstance:DatabaseInstance", "main-postgres");
    assert.ok(!("rootPassword" in instance.inputs));
  });

  it("reserves an address for the load balancer, which its Service names and does not take along", async () => {
    const annotations = async (protect: boolean) =>
      await onGcp((cloud) => cloud.loadBalancerAnnotations("main-load-balancer", { protect }, {}));
    const { result, resources } = await annotations(true);
    const address = find(resources, "gcp:compute/address:Address", "main-load-balancer");
    assert.deepEqual(address.inputs, { region: "us-east1", addressType: "EXTERNAL", networkTier: "PREMIUM" });
    assert.equal(address.protect, true);
    const { "networking.gke.io/load-balancer-ip-addresses": reserved, ...rest } = result;
    assert.deepEqual(rest, { "cloud.google.com/l4-rbs": "enabled" });
    assert.match(await valueOf(pulumi.output(reserved ?? "")), /^main-load-balancer-[0-9a-f]{7}$/);
    const open = (await annotations(false)).resources;
    assert.equal(find(open, "gcp:compute/address:Address").protect, false);
  });

  it("tells where identities are answered and that pods' metrics come with the cluster", async () => {
    const { result } = await run(() => {
      const { cloud, region, identityEndpoints, hasMetricsServer, hasVerticalPodAutoscaler } = gcpProvider(
        "main",
        place,
        {},
      );
      return { cloud, region, identityEndpoints, hasMetricsServer, hasVerticalPodAutoscaler };
    });
    assert.deepEqual(result, {
      cloud: "gcp",
      region: "us-east1",
      identityEndpoints: [
        { cidrs: ["169.254.169.254/32"], ports: [80] },
        { cidrs: ["169.254.169.252/32"], ports: [988] },
      ],
      hasMetricsServer: true,
      hasVerticalPodAutoscaler: true,
    });
  });

  it("refuses a network of another cloud", async () => {
    await assert.rejects(
      onGcp((cloud) => {
        const network = cloud.bucket("main-bucket", bucketArgs, {}) as unknown as Parameters<
          CloudProvider["cluster"]
        >[1]["network"];
        return cloud.cluster("main-cluster", { ...clusterArgs, network }, {});
      }),
      /network: expected a network of gcp, got one of another cloud/,
    );
  });

  it("names the workload's identity by its account, bound to one Kubernetes service account", async () => {
    const { result, resources } = await onGcp((cloud) => {
      const network = cloud.network("main-network", networkArgs, {});
      const cluster = cloud.cluster("main-cluster", { ...clusterArgs, network }, {});
      const name = "seo-platform-prod-crawler-workers";
      return cloud.workloadIdentity(name, { cluster, namespace: "seo", serviceAccount: "crawler" }, {});
    });
    const email = "seo-platform-prod-craw-de5b31c@example-prod.iam.gserviceaccount.com";
    assert.equal(await valueOf(result.principal), `serviceAccount:${email}`);
    assert.deepEqual(await valueOf(result.serviceAccountAnnotations), {
      "iam.gke.io/gcp-service-account": email,
    });
    const bindings = findAll(resources, "gcp:serviceaccount/iAMMember:IAMMember");
    assert.deepEqual(
      bindings.map(({ inputs }) => inputs),
      [
        {
          serviceAccountId: `projects/example-prod/serviceAccounts/${email}`,
          role: "roles/iam.workloadIdentityUser",
          member: "serviceAccount:example-prod.svc.id.goog[seo/crawler]",
        },
      ],
    );
    // the pool of identities is there once the project has a cluster
    const { urn } = find(resources, "gcp:container/cluster:Cluster");
    assert.ok(bindings[0]?.dependencies.includes(urn));
  });
});
