import assert from "node:assert/strict";
import { z } from "zod";
import { blueprints } from "../../blueprints/catalogue";
import { blueprintNames } from "../../blueprints/names";
import { kubernetesVersions } from "../../components/cluster/nodePools";
import { environmentFile } from "../../local/environmentFile";
import { kindCluster, localKubernetes, minikubeCommands } from "../../local/kind";

/** Of kind's configuration what may be in ours, strictly (kubernetes-sigs/kind, pkg/apis/config/v1alpha4/types.go). */
const schema = z.strictObject({
  kind: z.literal("Cluster"),
  apiVersion: z.literal("kind.x-k8s.io/v1alpha4"),
  name: z.string().regex(/^[a-z0-9.-]+$/),
  nodes: z
    .array(
      z.strictObject({
        role: z.enum(["control-plane", "worker"]),
        image: z.string().regex(/^kindest\/node:v[\d.]+@sha256:[0-9a-f]{64}$/),
        labels: z
          .record(z.string().regex(/^([a-z0-9.-]+\/)?[\w.-]{1,63}$/), z.string().regex(/^[\w.-]{1,63}$/))
          .optional(),
      }),
    )
    .min(1),
});

const zone = "topology.kubernetes.io/zone";

describe("a cluster on one machine", () => {
  for (const name of blueprintNames) {
    const { services } = blueprints[name];

    it(`${name}'s is what kind takes, with three zones`, () => {
      const cluster = kindCluster(blueprints[name]);
      schema.parse(cluster);
      assert.equal(cluster.nodes.filter(({ role }) => role === "control-plane").length, 1);
      assert.equal(new Set(cluster.nodes.flatMap(({ labels }) => labels?.[zone] ?? [])).size, 3);
    });

    it(`${name}'s has nodes for all of its pods, those that most ask for in every zone`, () => {
      const nodes = kindCluster(blueprints[name]).nodes.flatMap(({ labels }) =>
        labels === undefined ? [] : [labels],
      );
      const zonesOf = Object.entries(services).map(([service, { nodeSelector = {} }]) => {
        const fitting = nodes.filter((labels) =>
          Object.entries(nodeSelector).every(([key, value]) => labels[key] === value),
        );
        return { service, zones: new Set(fitting.map((labels) => labels[zone])).size };
      });
      assert.deepEqual(
        zonesOf.filter(({ zones }) => zones === 0),
        [],
      );
      assert(zonesOf.filter(({ zones }) => zones === 3).length * 2 > zonesOf.length);
    });

    it(`${name}'s is the same by minikube`, () => {
      const cluster = kindCluster(blueprints[name]);
      const [start = "", ...labels] = minikubeCommands(blueprints[name]);
      assert.match(start, new RegExp(`--profile ${name} .*--nodes ${cluster.nodes.length} `));
      const workers = cluster.nodes.flatMap((node) => (node.labels === undefined ? [] : [node.labels]));
      assert.equal(labels.length, workers.length);
      for (const [index, command] of labels.entries()) {
        assert(command.includes(` label node ${name}-m0${index + 2} `), command);
        const said = command
          .split("--overwrite ")[1]
          ?.split(" ")
          .map((pair) => pair.split("="));
        assert.deepEqual(Object.fromEntries(said ?? []), workers[index]);
      }
    });
  }

  it("runs a release that the clouds' clusters run", () => {
    const minor = localKubernetes.version.split(".").slice(0, 2).join(".");
    assert(kubernetesVersions.some((version) => version === minor));
    assert(localKubernetes.image.startsWith(`kindest/node:v${localKubernetes.version}@`));
  });
});

describe("passwords on one machine", () => {
  it("are made once, and stay", () => {
    const first = environmentFile("", ["A_PASSWORD", "B_PASSWORD"]);
    const lines = first.trimEnd().split("\n");
    assert.equal(lines.length, 2);
    for (const line of lines) assert.match(line, /^[AB]_PASSWORD=[\w-]{24}$/);
    assert.notEqual(lines[0]?.split("=")[1], lines[1]?.split("=")[1]);
    assert.equal(environmentFile(first, ["A_PASSWORD", "B_PASSWORD"]), first);
    const more = environmentFile(first.trimEnd(), ["B_PASSWORD", "C_PASSWORD"], () => "x");
    assert.equal(more, `${first}C_PASSWORD=x\n`);
  });
});
