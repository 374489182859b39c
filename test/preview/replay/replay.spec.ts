import * as assert from "node:assert/strict";
import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { fromText, record, toText } from "../../../preview/replay/record";
import { replay } from "../../../preview/replay/replay";
import { run } from "../../support/run";

/** What a release says of its database, and where it stands. */
interface Release {
  readonly name?: string;
  readonly aliases?: pulumi.ComponentResourceOptions["aliases"];
  readonly component?: string;
  readonly componentAliases?: pulumi.ComponentResourceOptions["aliases"];
  readonly keyName?: string;
  readonly keyAliases?: pulumi.CustomResourceOptions["aliases"];
  readonly instance?: Partial<gcp.sql.DatabaseInstanceArgs>;
  readonly ignoreChanges?: string[];
  readonly subnet?: string;
  readonly without?: boolean;
}

class Store extends pulumi.ComponentResource {
  constructor(release: Release, provider: gcp.Provider) {
    const { component = "main", componentAliases = [] } = release;
    super("groundwork:test:Store", component, {}, { aliases: componentAliases, providers: [provider] });
    const { name = `${component}-db`, aliases = [], keyName = `${component}-key`, keyAliases = [] } = release;
    const key = new gcp.kms.CryptoKey(
      keyName,
      { keyRing: "projects/p/locations/us-east1/keyRings/ring" },
      { parent: this, aliases: keyAliases },
    );
    new gcp.compute.Subnetwork(
      `${component}-subnet`,
      { network: "net", region: "us-east1", ipCidrRange: release.subnet ?? "10.0.0.0/20" },
      { parent: this },
    );
    if (release.without === true) return;
    new gcp.sql.DatabaseInstance(
      name,
      {
        databaseVersion: "POSTGRES_17",
        region: "us-east1",
        encryptionKeyName: key.id,
        settings: { tier: "db-custom-2-8192" },
        ...release.instance,
      },
      { parent: this, aliases, ignoreChanges: release.ignoreChanges ?? [] },
    );
  }
}

async function resourcesOf(release: Release) {
  const { resources } = await run(() => {
    new Store(release, new gcp.Provider("main", { project: "p", region: "us-east1" }));
  });
  return resources;
}

describe("the replay of a release", () => {
  const harmless: Readonly<Record<string, Release>> = {
    "changes nothing": {},
    "changes what is changed in place": { instance: { settings: { tier: "db-custom-4-16384" } } },
    "takes a new major": { instance: { databaseVersion: "POSTGRES_18" } },
    "renames a database, with an alias": { name: "main-database", aliases: [{ name: "main-db" }] },
    "renames the component, with an alias that its children inherit": {
      component: "data",
      componentAliases: [{ name: "main" }],
    },
    "renames the key that a database is under, with an alias": {
      keyName: "main-own-key",
      keyAliases: [{ name: "main-key" }],
    },
    "changes a value that the database ignores": {
      instance: { region: "us-west1" },
      ignoreChanges: ["region"],
    },
    "lets a subnet grow": { subnet: "10.0.0.0/19" },
  };
  for (const [what, next] of Object.entries(harmless)) {
    it(`passes one that ${what}`, async () => {
      const release = record(await resourcesOf({}));
      assert.equal(release.length, 3);
      assert.deepEqual(replay(fromText(toText(release), "file"), await resourcesOf(next)), []);
    });
  }

  const harmful: Readonly<Record<string, readonly [Release, RegExp]>> = {
    "replaces a database": [
      { instance: { region: "us-west1" } },
      /^main-db would be replaced: region changes from "us-east1" to "us-west1", .* make the new one beside it/,
    ],
    "gives a database a name of its own": [
      { instance: { name: "db" } },
      /^main-db would be replaced: name changes from nothing to "db"/,
    ],
    "renames a database without an alias": [
      { name: "main-database" },
      /^main-db would be deleted: nothing has its URN, .* aliases: \[\{ name: "main-db" \}\]/,
    ],
    "leaves a database out": [{ without: true }, /^main-db would be deleted/],
    "puts a database under another key": [
      {
        keyName: "main-own-key",
        keyAliases: [{ name: "main-key" }],
        instance: { encryptionKeyName: "other" },
      },
      /^main-db would be replaced: encryptionKeyName changes from /,
    ],
    "lets a subnet shrink": [
      { subnet: "10.0.0.0/21" },
      /^main-subnet would be replaced: ipCidrRange changes from "10\.0\.0\.0\/20" to "10\.0\.0\.0\/21"/,
    ],
    "moves a subnet": [{ subnet: "10.1.0.0/20" }, /^main-subnet would be replaced: ipCidrRange changes/],
  };
  for (const [what, [next, message]] of Object.entries(harmful)) {
    it(`refuses one that ${what}`, async () => {
      const refusals = replay(record(await resourcesOf({})), await resourcesOf(next));
      assert.equal(refusals.length, 1, JSON.stringify(refusals));
      assert.match(refusals[0]?.message ?? "", message);
    });
  }

  it("refuses a file that is no record, by its line", () => {
    assert.throws(() => fromText('{"urn":"urn:pulumi:x","type":"t"}\nnonsense\n', "last.jsonl"), {
      message: "last.jsonl:2: expected a resource as replay --record writes it, got nonsense",
    });
  });
});
