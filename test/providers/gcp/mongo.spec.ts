import assert from "node:assert/strict";
import type { AtlasAccess } from "../../../components/data/atlas";
import type { Mongo, MongoArgs } from "../../../components/data/mongo";
import type { PlanResource } from "../../../preview/plan";
import { atlasRegion } from "../../../providers/gcp/atlasRegions";
import { withoutApi } from "../../support/gcpApis";
import { find, findAll, type Ran, type TestRunOptions, valueOf } from "../../support/run";
import { alertsOf, atlasAccess, atlasType, clusterOf, mongoArgs, regionsOf } from "../atlasScene";
import { clusterArgs, networkArgs, onGcp, otherRegion, textOf } from "./stack";

interface Scene {
  readonly args?: Partial<MongoArgs>;
  readonly access?: Partial<AtlasAccess>;
  /** @default false */
  readonly recovery?: boolean;
}

async function mongo(
  { args, access, recovery = false }: Scene = {},
  options?: TestRunOptions,
): Promise<Ran<Mongo>> {
  return await onGcp((cloud) => {
    const network = cloud.network("main-network", networkArgs, {});
    return cloud.mongo(
      "mongo",
      {
        ...mongoArgs,
        network,
        ...(recovery && { recovery: otherRegion(cloud, network) }),
        ...args,
        atlas: atlasAccess(access),
      },
      {},
    );
  }, options);
}

async function resourcesOf(scene?: Scene): Promise<readonly PlanResource[]> {
  return (await mongo(scene)).resources;
}

describe("GcpMongo", () => {
  it("is a replica set of three nodes of Atlas's tier M40, encrypted with our key, TLS 1.2 or newer", async () => {
    const resources = await resourcesOf();
    const cluster = clusterOf(resources);
    const { encryptionAtRestProvider, advancedConfiguration, pitEnabled } = cluster.inputs;
    assert.deepEqual([encryptionAtRestProvider, pitEnabled, cluster.protect], ["GCP", true, true]);
    assert.equal(
      (advancedConfiguration as Readonly<Record<string, unknown>>)["minimumEnabledTlsProtocol"],
      "TLS1_2",
    );
    assert.deepEqual(regionsOf(resources), [["EASTERN_US", 7, "M40", 3]]);
  });

  it("stands in both regions where one takes over, its backups and its key there as well", async () => {
    const resources = await resourcesOf({ recovery: true });
    assert.deepEqual(regionsOf(resources), [
      ["EASTERN_US", 7, "M40", 3],
      ["WESTERN_US", 6, "M40", 2],
    ]);
    const { copySettings } = find(resources, atlasType("CloudBackupSchedule")).inputs;
    const [copy] = copySettings as readonly Readonly<Record<string, unknown>>[];
    assert.deepEqual(
      [copy?.["cloudProvider"], copy?.["regionName"], copy?.["shouldCopyOplogs"]],
      ["GCP", "WESTERN_US", true],
    );
    const ring = findAll(resources, "gcp:kms/keyRing:KeyRing").find(
      ({ name }) => name === "mongo-recovery-key",
    );
    assert.equal(ring?.inputs["location"], "us-west1");
  });

  it("always says the size of its disk", async () => {
    const [spec] = clusterOf(await resourcesOf()).inputs["replicationSpecs"] as readonly {
      regionConfigs: readonly { electableSpecs: Readonly<Record<string, unknown>> }[];
    }[];
    assert.equal(spec?.regionConfigs[0]?.electableSpecs["diskSizeGb"], 80);
  });

  it("is reached over Private Service Connect alone, at one address a region that pods of both reach", async () => {
    const { result, resources } = await mongo({ recovery: true });
    const services = findAll(resources, atlasType("PrivateLinkEndpoint"));
    assert.deepEqual(
      services.map(({ inputs }) => [inputs["region"], inputs["portMappingEnabled"]]),
      [
        ["EASTERN_US", true],
        ["WESTERN_US", true],
      ],
    );
    const rules = findAll(resources, "gcp:compute/forwardingRule:ForwardingRule");
    assert.deepEqual(
      rules.map(({ inputs }) => [
        inputs["region"],
        inputs["loadBalancingScheme"],
        inputs["allowPscGlobalAccess"],
      ]),
      [
        ["us-east1", "", true],
        ["us-west1", "", true],
      ],
    );
    for (const { inputs } of rules) assert.match(textOf(inputs["target"]), /\/serviceAttachments\//);
    for (const { inputs } of findAll(resources, "gcp:compute/address:Address")) {
      assert.equal(inputs["addressType"], "INTERNAL");
    }
    for (const { inputs } of findAll(resources, atlasType("PrivateLinkEndpointService"))) {
      assert.equal(inputs["gcpProjectId"], "example-prod");
    }
    const [destination] = result.destinations;
    assert.ok(destination !== undefined && "cidrs" in destination);
    const [subnet] = findAll(resources, "gcp:compute/subnetwork:Subnetwork").filter(
      ({ inputs }) => inputs["region"] === "us-west1",
    );
    assert.ok(destination.cidrs.includes(textOf(subnet?.inputs["ipCidrRange"])));
    assert.deepEqual(destination.ports, [{ from: 1024, to: 65535 }]);
  });

  it("is made once its endpoints and its key are ready", async () => {
    const resources = await resourcesOf({ recovery: true });
    const { dependencies } = clusterOf(resources);
    for (const type of ["PrivateLinkEndpointService", "EncryptionAtRest"]) {
      for (const { urn } of findAll(resources, atlasType(type))) assert.ok(dependencies.includes(urn), urn);
    }
  });

  it("lets the service account that Atlas has for it use the key, and nobody else", async () => {
    const resources = await resourcesOf();
    const grants = findAll(resources, "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember").filter(({ inputs }) =>
      textOf(inputs["cryptoKeyId"]).includes("/mongo-key-"),
    );
    assert.deepEqual(grants.map(({ inputs }) => inputs["role"]).sort(), [
      "roles/cloudkms.cryptoKeyEncrypterDecrypter",
      "roles/cloudkms.viewer",
    ]);
    for (const { inputs } of grants) {
      assert.match(textOf(inputs["member"]), /^serviceAccount:mongodb-atlas-[0-9a-f]+@/);
    }
    const encryption = find(resources, atlasType("EncryptionAtRest"));
    const { keyVersionResourceId, roleId, ...config } = encryption.inputs["googleCloudKmsConfig"] as Record<
      string,
      unknown
    >;
    assert.deepEqual(config, { enabled: true });
    assert.match(String(keyVersionResourceId), /\/cryptoKeys\/mongo-key-\w+\/cryptoKeyVersions\/1$/);
    assert.ok(typeof roleId === "string");
    for (const { urn } of grants) assert.ok(encryption.dependencies.includes(urn), urn);
  });

  it("says how it is reached, and that a driver signs in with a token from the metadata server", async () => {
    assert.match(
      await valueOf((await mongo()).result.uri),
      /^mongodb\+srv:\/\/main-pl-0\.\w+\.mongodb\.net\/app\?authMechanism=MONGODB-OIDC&authMechanismProperties=ENVIRONMENT:gcp,TOKEN_RESOURCE:https%3A%2F%2Fatlas\.example\.com&authSource=%24external&retryWrites=true&w=majority$/,
    );
  });

  it("lets a workload's service account in by the subject of its tokens, with a role by its access", async () => {
    for (const access of ["read", "readWrite"] as const) {
      const { resources } = await onGcp((cloud) => {
        const network = cloud.network("main-network", networkArgs, {});
        const cluster = cloud.cluster("main-cluster", { ...clusterArgs, network }, {});
        const api = { cluster, namespace: "seo", serviceAccount: "api" };
        const to = cloud.workloadIdentity("main-api", api, {});
        const store = cloud.mongo("mongo", { ...mongoArgs, network, atlas: atlasAccess() }, {});
        assert.deepEqual(store.grant("main-api-mongo", to, access, { parent: to }), {});
      });
      const { username, projectId, ...inputs } = find(resources, atlasType("DatabaseUser")).inputs;
      assert.match(textOf(username), /^5f0000000000000000000003\/\d{21}$/);
      assert.ok(typeof projectId === "string");
      assert.deepEqual(inputs, {
        oidcAuthType: "USER",
        authDatabaseName: "$external",
        roles: [{ databaseName: "app", roleName: access }],
        scopes: [{ name: "main", type: "CLUSTER" }],
      });
    }
  });

  it("alerts as it does on the other cloud", async () => {
    const alerts = alertsOf(await resourcesOf(), "mongo-alert-");
    assert.equal(alerts.size, 11);
    assert.equal(alerts.get("primary")?.["eventType"], "NO_PRIMARY");
  });

  it("makes nothing of Google's before the API that makes it is on", async () => {
    assert.deepEqual(withoutApi(await resourcesOf({ recovery: true })).early, []);
  });

  it("can be previewed before anything of Atlas is known", async () => {
    const { resources } = await mongo({ recovery: true }, { preview: "unknown" });
    assert.equal(findAll(resources, atlasType("AdvancedCluster")).length, 1);
  });

  it("refuses what no replica set can have, and a stack whose workloads could not sign in", async () => {
    await assert.rejects(mongo({ args: { nodes: 2 } }), /nodes: expected one of 3, 5, got 2/);
    await assert.rejects(
      onGcp((cloud) => {
        const network = cloud.network("main-network", networkArgs, {});
        const { organizationId, clientId, clientSecret, alertEmail } = atlasAccess();
        const atlas = { organizationId, clientId, clientSecret, alertEmail };
        return cloud.mongo("mongo", { ...mongoArgs, network, atlas }, {});
      }),
      /atlas\.identityProvider: expected who proves to Atlas who a workload is, got nothing/,
    );
  });

  it("knows the regions that Atlas calls by other names, and says which it has not", () => {
    for (const [region, name] of [
      ["us-east1", "EASTERN_US"],
      ["us-west1", "WESTERN_US"],
      ["us-east4", "US_EAST_4"],
      ["europe-west1", "WESTERN_EUROPE"],
      ["asia-east1", "EASTERN_ASIA_PACIFIC"],
    ] as const) {
      assert.equal(atlasRegion(region), name);
    }
    assert.throws(() => atlasRegion("us-moon1"), /^RangeError: region: expected one that Atlas has/);
  });
});
