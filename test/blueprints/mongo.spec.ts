import assert from "node:assert/strict";
import { blueprints } from "../../blueprints/catalogue";
import { blueprintNames } from "../../blueprints/names";
import { type Cloud, clouds } from "../../components/cloud";
import type { Json, PlanResource } from "../../preview/plan";
import { atlasType, clusterOf, regionsOf } from "../providers/atlasScene";
import { findAll } from "../support/run";
import { production } from "./production";
import { planOf } from "../support/plans";

const setType = "kubernetes:psmdb.percona.com/v1:PerconaServerMongoDB";

/** Regions of each cloud in production, by Atlas's names: the stack's own, and the one that takes over. */
const regions: Readonly<Record<Cloud, readonly [string, string]>> = {
  aws: ["US_EAST_1", "US_WEST_2"],
  gcp: ["EASTERN_US", "WESTERN_US"],
};

/** Who keeps data in MongoDB, and who only reads it: S1.2, S3.3 and S4.2 of `../shared/systems.md`. */
const users: Readonly<Record<string, Readonly<Record<string, "read" | "readWrite">>>> = {
  "seo-platform": { "backend-api": "readWrite", "crawler-workers": "readWrite" },
  suuupra: { content: "readWrite", "live-classes": "read" },
  gainsly: { backend: "readWrite", auth: "readWrite" },
};

/** What a stack registers, in the preset of its environment. */
async function stackOf(stack: string, ...set: readonly string[]): Promise<readonly PlanResource[]> {
  return await planOf(stack, ...set);
}

describe("MongoDB in production", () => {
  for (const cloud of clouds) {
    for (const [blueprint, services] of Object.entries(users)) {
      describe(`of ${blueprint} on ${cloud}`, () => {
        let plan: readonly PlanResource[] = [];
        before(async () => {
          plan = await production(blueprint, cloud);
        });

        it("is Atlas's M40, version 8.0, three nodes in the stack's region and two in the other", () => {
          const [own, other] = regions[cloud];
          assert.deepEqual(regionsOf(plan), [
            [own, 7, "M40", 3],
            [other, 6, "M40", 2],
          ]);
          const { mongoDbMajorVersion, encryptionAtRestProvider, pitEnabled } = clusterOf(plan).inputs;
          assert.deepEqual(
            [mongoDbMajorVersion, encryptionAtRestProvider, pitEnabled],
            ["8.0", cloud.toUpperCase(), true],
          );
          assert.equal(clusterOf(plan).protect, true);
        });

        it("keeps 30 days of backups with point-in-time recovery, and a copy in the other region", () => {
          const [schedule] = findAll(plan, atlasType("CloudBackupSchedule"));
          const { restoreWindowDays, policyItemDaily, copySettings } = schedule?.inputs ?? {};
          assert.equal(restoreWindowDays, 30);
          assert.deepEqual(policyItemDaily, {
            frequencyInterval: 1,
            retentionUnit: "days",
            retentionValue: 30,
          });
          const [copy] = copySettings as readonly Readonly<Record<string, Json>>[];
          assert.deepEqual([copy?.["regionName"], copy?.["shouldCopyOplogs"]], [regions[cloud][1], true]);
        });

        it("is under a key of the region that takes over", () => {
          const [encryption] = findAll(plan, atlasType("EncryptionAtRest"));
          const { awsKmsConfig, googleCloudKmsConfig } = encryption?.inputs ?? {};
          if (cloud === "aws") {
            assert.equal((awsKmsConfig as Readonly<Record<string, Json>>)["region"], "US_WEST_2");
          } else {
            const { keyVersionResourceId } = googleCloudKmsConfig as Readonly<Record<string, Json>>;
            assert.match(JSON.stringify(keyVersionResourceId), /\/locations\/us-west1\//);
          }
        });

        it("lets in those services that name it, each as itself, and no other", () => {
          const found = Object.fromEntries(
            findAll(plan, atlasType("DatabaseUser")).map(({ name, inputs }) => [
              // `…-system-<service>-identity-mongo`
              /-system-(.+)-identity-mongo$/.exec(name)?.[1] ?? name,
              (inputs["roles"] as readonly Readonly<Record<string, Json>>[])[0]?.["roleName"],
            ]),
          );
          assert.deepEqual(found, services);
        });
      });
    }

    it(`is nothing to the others on ${cloud}`, async () => {
      for (const blueprint of blueprintNames.filter((name) => !(name in users))) {
        assert.equal(blueprints[blueprint].stores.mongo, undefined);
        const plan = await production(blueprint, cloud);
        assert.deepEqual(
          plan.filter(({ type }) => /mongo/i.test(type)),
          [],
        );
      }
    });

    for (const stack of ["dev", "staging"]) {
      it(`runs in the cluster in ${stack} on ${cloud}, by three smaller nodes, and asks for no account of Atlas`, async () => {
        const plan = await stackOf(stack, `cloud=${cloud}`);
        assert.deepEqual(
          plan.filter(({ type }) => type.includes("mongodbatlas")),
          [],
        );
        const [set] = findAll(plan, setType);
        const spec = set?.inputs["spec"] as Readonly<Record<string, Json>>;
        const [nodes] = spec["replsets"] as readonly Readonly<Record<string, Json>>[];
        assert.deepEqual(
          [nodes?.["size"], nodes?.["resources"]],
          [3, { requests: { cpu: "500m", memory: "4Gi" }, limits: { cpu: "2", memory: "4Gi" } }],
        );
        assert.equal(set?.protect, stack !== "dev");
      });

      it(`has backups of its own in ${stack} on AWS alone, by identities of the nodes and the operator: ${cloud}`, async () => {
        const plan = await stackOf(stack, `cloud=${cloud}`);
        const [set] = findAll(plan, setType);
        const { backup } = set?.inputs["spec"] as { readonly backup: Readonly<Record<string, Json>> };
        assert.equal(backup["enabled"], cloud === "aws");
        // a key would be in a Secret that it names
        assert.doesNotMatch(JSON.stringify(backup), /credentialsSecret/);
        const bound = findAll(plan, "aws:eks/podIdentityAssociation:PodIdentityAssociation")
          .filter(({ inputs }) => inputs["namespace"] === "mongo")
          .map(({ inputs }) => inputs["serviceAccount"]);
        assert.deepEqual(bound.sort(), cloud === "aws" ? ["mongod", "psmdb-operator"] : []);
      });
    }
  }

  it("is Atlas's in staging too where the stack says so, and the cluster's in prod", async () => {
    const account = [
      "atlas.organizationId=0123456789abcdef01234567",
      "atlas.clientId=mdb_sa_id_0123456789abcdef01234567",
    ];
    const staging = await stackOf("staging", "mongo.hosting=atlas", ...account);
    assert.deepEqual(regionsOf(staging), [["US_EAST_1", 7, "M30", 3]]);
    // of a system that does not ask to come back from the loss of its region
    const prod = await stackOf("prod", "blueprint=suuupra", "mongo.hosting=cluster");
    assert.equal(findAll(prod, setType).length, 1);
    const [task] = (
      findAll(prod, setType)[0]?.inputs["spec"] as {
        readonly backup: { readonly tasks: readonly { readonly retention: Json }[] };
      }
    ).backup.tasks;
    assert.deepEqual(task?.retention, { type: "count", count: 30, deleteFromStorage: true });
    const copied = findAll(prod, "aws:s3/bucketReplicationConfig:BucketReplicationConfig");
    assert.ok(copied.some(({ name }) => name === "suuupra-prod-mongo-replication"));
    assert.deepEqual(findAll(prod, atlasType("AdvancedCluster")), []);
  });
});
