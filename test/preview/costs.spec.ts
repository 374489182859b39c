import assert from "node:assert/strict";
import { presetNames } from "../../blueprints/presets";
import { clouds } from "../../components/cloud";
import { drivers } from "../../preview/costs/drivers";
import { compareCosts, type CostsColumn } from "../../preview/costsCommand";
import { scene } from "../policy/scene";
import { commandLine } from "../support/commandLine";

const root = `${__dirname}/../..`;

describe("costs", () => {
  let columns: readonly CostsColumn[];
  before(async () => {
    columns = await compareCosts(
      { root, stack: "prod", set: ["blueprint=suuupra"] },
      { clouds, presets: presetNames },
    );
  });

  const amounts = (driver: string, cloud: string): readonly (number | undefined)[] =>
    columns.filter((column) => column.cloud === cloud).map((column) => column.drivers[driver]);

  // small, standard, ha
  const cases: readonly (readonly [driver: string, aws: readonly number[], gcp: readonly number[]])[] = [
    ["NAT gateways", [1, 1, 3], [1, 1, 1]],
    ["interface endpoints, one a zone each", [0, 0, 51], [0, 0, 0]],
    ["nodes at first", [4, 8, 26], [4, 9, 27]],
    ["nodes at first, on spot capacity", [2, 0, 0], [2, 0, 0]],
    ["nodes at least", [4, 5, 13], [4, 5, 13]],
    ["nodes at most", [35, 60, 110], [35, 60, 110]],
    ["database nodes", [4, 7, 8], [4, 7, 8]],
    ["cache nodes", [4, 4, 6], [4, 4, 6]],
    ["CDNs", [0, 1, 1], [0, 1, 1]],
    ["days that the longest of them keeps", [30, 90, 365], [30, 90, 365]],
  ];
  for (const [driver, onAws, onGcp] of cases) {
    it(`counts ${driver} by preset and cloud`, () => {
      assert.deepEqual(amounts(driver, "aws"), onAws);
      assert.deepEqual(amounts(driver, "gcp"), onGcp);
    });
  }

  it("finds no driver larger in a smaller preset", async () => {
    // MongoDB in the cluster in all of them: the largest has it of Atlas, with nothing of its own in the account
    const alike = await compareCosts(
      { root, stack: "prod", set: ["blueprint=suuupra", "mongo.hosting=cluster"] },
      { clouds, presets: presetNames },
    );
    const others = [
      "nodes at first, on spot capacity",
      // some are a broker's each, and MSK has as many brokers in each zone: four in two, three in three
      "alarms",
    ];
    const ups = drivers.filter(({ name }) => !others.includes(name));
    for (const { name } of ups) {
      for (const cloud of clouds) {
        const found = alike
          .filter((column) => column.cloud === cloud)
          .map((column) => Number(column.drivers[name]));
        assert.deepEqual(
          found,
          [...found].sort((a, b) => a - b),
          `${name} on ${cloud}: ${found.join(", ")}`,
        );
      }
    }
  });

  it("prints a column for each preset and cloud", async () => {
    const { status, stdout } = await commandLine("costs", "--stack", "prod", "--cloud", "aws");
    assert.equal(status, 0);
    const [, presets = "", nat = ""] = stdout.split("\n");
    assert.deepEqual(presets.trim().split(/\s+/), presetNames);
    assert.match(nat, /^NAT gateways +1 +1 +3$/);
  });

  it("counts the resources of the longest way through the dependencies", () => {
    const longest = drivers.find(({ name }) => name.startsWith("longest chain"));
    const type = "aws:kms/key:Key";
    const resources = scene([
      ["pulumi:providers:aws", "provider"],
      [type, "a"],
      [type, "component", { from: { x: ["a"] } }],
      [type, "b", { from: { x: ["component"] } }],
      [type, "c", { from: { x: ["a"] } }],
      [type, "d", { from: { x: ["b", "c"] } }],
    ]).map((resource) => ({ ...resource, custom: resource.name !== "component" }));
    assert.equal(longest?.of(resources), 3);
  });

  it("counts the pods of services by whoever scales them", () => {
    const resources = scene([
      [
        "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
        "api",
        { provider: null, inputs: { spec: { minReplicas: 2, maxReplicas: 20 } } },
      ],
      [
        "kubernetes:keda.sh/v1alpha1:ScaledObject",
        "worker",
        { provider: null, inputs: { spec: { minReplicaCount: 3, maxReplicaCount: 30 } } },
      ],
    ]);
    const of = (name: string) => drivers.find((driver) => driver.name === name)?.of(resources);
    assert.equal(of("pods of services at least"), 5);
    assert.equal(of("pods of services at most"), 50);
  });
});
