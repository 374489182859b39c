import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { presetNames } from "../../blueprints/presets";
import { clouds, environments } from "../../components/cloud";
import { configOf, problemsOf, stackValues, withSetting } from "./stackFiles";

describe("stack configuration", () => {
  for (const stack of environments) {
    for (const cloud of clouds) {
      it(`takes the ${stack} stack on ${cloud} by changing groundwork:cloud alone`, () => {
        const config = configOf({ ...stackValues(stack), cloud });
        assert.equal(config.placement.cloud, cloud);
        assert.equal(config.environment, stack);
        assert.equal(config.name, `seo-platform-${stack}`);
        assert.equal(config.cluster.admins.length, 1);
        assert.ok(config.network.zones.length >= 2);
      });
    }
  }

  it("asks in Pulumi.yaml for no more than every stack's file gives, for the CLI would refuse the stack", () => {
    const project = parse(readFileSync(join(__dirname, "../../Pulumi.yaml"), "utf8")) as {
      config: Record<string, { default?: unknown }>;
    };
    const asked = Object.keys(project.config).filter((key) => project.config[key]?.default === undefined);
    assert.ok(asked.length > 5);
    for (const stack of environments) {
      const given = Object.keys(stackValues(stack));
      assert.deepEqual(
        asked.filter((key) => !given.includes(key)),
        [],
        stack,
      );
    }
  });

  it("lets the stack's own settings take the place of the blueprint's", () => {
    const values = withSetting("prod", "services", {
      "backend-api": { tag: "2.3.4", maxReplicas: 40 },
    });
    const { services } = configOf(values).blueprint;
    assert.deepEqual(services["backend-api"]?.image, {
      repository: "seo-platform/backend-api",
      tag: "2.3.4",
    });
    assert.deepEqual(services["backend-api"].replicas, { min: 3, max: 40 });
    assert.deepEqual(services["renderer"]?.replicas, { min: 5, max: 50 });
  });

  it("lets the nodes stay behind their control plane, and a pool have other machines", () => {
    const values = withSetting("prod", "cluster.nodesVersion", "1.34");
    assert.equal(configOf(values).cluster.nodesVersion, "1.34");
    assert.equal(configOf(stackValues("prod")).cluster.nodesVersion, undefined);
    const machine = { vcpus: 8, memoryGiB: 32 };
    const { nodePools } = configOf(
      withSetting("prod", "cluster.nodePools", { application: { machine } }),
    ).cluster;
    assert.deepEqual(nodePools["application"]?.machine, machine);
    assert.equal(nodePools["application"].minNodes, 17);
  });

  it("takes the stack's limits of nodes made to measure in place of the blueprint's, one by one", () => {
    const gainsly = (nodeProvisioning: unknown) => {
      const values = withSetting("prod", "cluster.nodeProvisioning", nodeProvisioning);
      delete values["postgres"];
      return { ...values, blueprint: "gainsly" };
    };
    const limitsOf = (given: unknown) => configOf(gainsly(given)).cluster.nodeProvisioning;
    const own = limitsOf(undefined);
    assert.ok(own);
    assert.deepEqual(limitsOf({ cpuLimit: 500 }), { ...own, cpuLimit: 500 });
    assert.deepEqual(limitsOf({ memoryGiBLimit: 900 }), { ...own, memoryGiBLimit: 900 });
    assert.equal(configOf(stackValues("prod")).cluster.nodeProvisioning, undefined);
    assert.deepEqual(problemsOf(gainsly({ cpuLimit: 3 })), [
      "cluster.nodeProvisioning.cpuLimit: expected a whole number from 4 to 100000, got 3",
    ]);
    assert.match(
      problemsOf(withSetting("prod", "cluster.nodeProvisioning", { cpuLimit: 100 })).join(),
      /^cluster\.nodeProvisioning: expected no key where groundwork:blueprint is seo-platform, which asks for no such nodes, got /,
    );
  });

  it("keeps the cluster's backups as long as the preset says, unless the stack does", () => {
    const kept = (values: Record<string, string>) => configOf(values).cluster.backupRetentionDays;
    assert.deepEqual(
      environments.map((stack) => kept(stackValues(stack))),
      [7, 14, 30],
    );
    assert.equal(kept(withSetting("prod", "cluster.backupRetentionDays", 0)), 0);
  });

  for (const cloud of clouds) {
    it(`takes one zone in dev on ${cloud}, with the list's next in reserve for what wants two`, () => {
      const values = { ...withSetting("dev", "network.zones", 1), cloud };
      const [zone, reserve] = cloud === "aws" ? ["a", "b"] : ["b", "c"];
      const { zones, reserveZones } = configOf(values).network;
      assert.deepEqual([zones, reserveZones], [[zone], [reserve]]);
      assert.deepEqual(configOf({ ...stackValues("dev"), cloud }).network.reserveZones, []);
    });
  }

  for (const [what, values, expected] of [
    [
      "a database with a standby",
      {
        ...withSetting("dev", "network.zones", 1),
        postgres: '{"version":"17","backupRetentionDays":7,"highAvailability":true}',
      },
      "where groundwork:postgres.highAvailability is true",
    ],
    [
      "a preset that survives the loss of one",
      { ...withSetting("prod", "network.zones", 1), blueprint: "gainsly" },
      "where groundwork:preset is not small",
    ],
  ] as const) {
    it(`refuses one zone for ${what}`, () => {
      assert.throws(() => configOf(values), {
        name: "ConfigError",
        message: new RegExp(`network\\.zones: expected at least 2 ${expected}, got 1`),
      });
    });
  }

  it("lets in the teams of its cloud, and nobody where the stack names none", () => {
    assert.deepEqual(configOf({ ...stackValues("prod"), cloud: "gcp" }).teams, {
      admin: [],
      operator: ["group:seo-operators@example.com"],
      viewer: ["group:seo-viewers@example.com"],
    });
    assert.deepEqual(configOf(stackValues("dev")).teams, { admin: [], operator: [], viewer: [] });
  });

  it("takes two zones where there are no read replicas", () => {
    const { network = "" } = withSetting("prod", "network.zones", 2);
    const config = configOf({ ...withSetting("prod", "postgres.readReplicas", 0), network });
    assert.equal(config.network.zones.length, 2);
  });

  it("keeps replicas that answer reads in staging, and none in dev", () => {
    const replicas = environments.map(
      (stack) => configOf(stackValues(stack)).blueprint.stores.postgres?.readReplicas,
    );
    assert.deepEqual(Object.fromEntries(environments.map((stack, index) => [stack, replicas[index]])), {
      dev: 0,
      staging: 1,
      prod: 2,
    });
  });

  it("has a stack differ from prod by its preset alone, and lets it choose another", () => {
    const small = configOf({ ...stackValues("prod"), preset: "small" });
    const dev = configOf(stackValues("dev"));
    const sized = ({ network: { zones, egress }, ...config }: typeof small) => ({
      zones,
      egress,
      blueprint: config.blueprint,
      stores: config.stores,
      logs: config.logRetentionDays,
    });
    assert.deepEqual(sized(small), sized(dev));
    assert.equal(small.protect, true);
  });

  it("shares one NAT gateway but in the largest preset on AWS, and spans zones by one NAT on GCP", () => {
    const egressOf = (preset: string, cloud: string) =>
      configOf({ ...stackValues("prod"), preset, cloud }).network.egress;
    assert.deepEqual(
      presetNames.map((preset) => [egressOf(preset, "aws"), egressOf(preset, "gcp")]),
      [
        ["shared", "shared"],
        ["shared", "shared"],
        ["perZone", "shared"],
      ],
    );
  });

  it("gives each environment a network of its own", () => {
    const blocks = environments.flatMap((stack) => {
      const { cidr, podCidr, serviceCidr } = configOf(stackValues(stack)).network;
      return [cidr, podCidr, serviceCidr];
    });
    assert.equal(new Set(blocks).size, 9);
  });
});
