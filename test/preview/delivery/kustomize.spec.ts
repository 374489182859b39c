import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseAllDocuments } from "yaml";
import { blueprintNames } from "../../../blueprints/names";
import { clouds } from "../../../components/cloud";
import type { Delivery, DeliveryFile } from "../../../preview/delivery/delivery";
import { kustomizeFiles } from "../../../preview/delivery/kustomize/kustomize";
import { changes } from "../../../preview/delivery/kustomize/patch";
import { needTool } from "../../support/tools";
import {
  annotationsOf,
  assertKept,
  assertSame,
  assertWaves,
  deliveryOf,
  expected,
  inOrder,
  type Manifest,
  textOf,
} from "./applications";
import { build } from "./kustomizeBuild";

const stacks = ["staging", "prod"];

const systems = blueprintNames.flatMap((blueprint) => clouds.map((cloud) => ({ blueprint, cloud })));

/** The files with each that is asked for filled in, as whoever deploys them does. */
function filledIn(delivery: Delivery): readonly DeliveryFile[] {
  const known = kustomizeFiles({
    ...delivery,
    stacks: delivery.stacks.map((stack) => ({
      ...stack,
      objects: stack.objects.map((object) => ({ ...object, asked: new Set<string>() })),
    })),
  });
  return kustomizeFiles(delivery).flatMap((file) => {
    if (!file.path.endsWith(".example")) return [file];
    return [file, { path: file.path.replace(/\.example$/, ""), text: filled(file, known) }];
  });
}

/** From what is made where all is known: the lines of an example, its operations' values, a file's content. */
function filled({ path, text }: DeliveryFile, known: readonly DeliveryFile[]): string {
  const [, folder = "", name = ""] = /^(.*)\/outputs\/(.*)\.example$/.exec(path) ?? [];
  if (name.endsWith(".env")) {
    const lines = textOf(known, `${folder}/configmaps/${name}`).split("\n");
    return text.replace(/^(.*)=$/gm, (line) => lines.find((one) => one.startsWith(line)) ?? line);
  }
  if (!name.endsWith(".yaml")) {
    return (
      known.find((file) => file.path.startsWith(`${folder}/configmaps/`) && file.path.endsWith(`/${name}`))
        ?.text ?? ""
    );
  }
  const [kind = "", ...rest] = name.replace(/\.yaml$/, "").split("-");
  const object = build(known, folder).find(
    (one) => one.kind.toLowerCase() === kind && one.metadata.name === rest.join("-"),
  );
  const operations = parseAllDocuments(text)[0]?.toJSON() as readonly {
    readonly op: string;
    readonly path: string;
  }[];
  return JSON.stringify(
    operations.map((operation) => ({
      ...operation,
      value: operation.path
        .slice(1)
        .split("/")
        .reduce<unknown>(
          (inner, key) => (inner as Readonly<Record<string, unknown>>)[key.replace(/~1/g, "/")],
          object,
        ),
    })),
  );
}

describe("kustomize overlays of the applications", function () {
  this.timeout(120_000);
  const scratch = mkdtempSync(join(tmpdir(), "kustomize-"));
  after(() => {
    rmSync(scratch, { recursive: true });
  });

  function written(name: string, files: readonly DeliveryFile[]): string {
    const folder = join(scratch, name);
    for (const { path, text } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return folder;
  }

  for (const { blueprint, cloud } of systems) {
    describe(`${blueprint} on ${cloud}`, () => {
      for (const stack of stacks) {
        it(`make for ${stack} the objects that the program registers there`, async () => {
          const delivery = await deliveryOf(blueprint, cloud, stacks);
          const objects = build(filledIn(delivery), `overlays/${stack}`);
          assertSame(inOrder(objects), await expected(stack, delivery, "kustomize"));
        });

        it(`are built for ${stack} by kubectl to the same`, async function () {
          const kubectl = needTool(this, "kubectl");
          const delivery = await deliveryOf(blueprint, cloud, stacks);
          const folder = written(`${blueprint}-${cloud}`, filledIn(delivery));
          const { status, stdout, stderr } = spawnSync(
            kubectl,
            ["kustomize", join(folder, "overlays", stack)],
            {
              encoding: "utf8",
              maxBuffer: 2 ** 26,
            },
          );
          assert.equal(status, 0, stderr);
          const objects = parseAllDocuments(stdout).map((document) => document.toJSON() as Manifest);
          assertSame(inOrder(objects), await expected(stack, delivery, "kustomize"));
        });
      }

      it("hold no value that is secret or that only an update makes", async () => {
        for (const { path, text } of kustomizeFiles(await deliveryOf(blueprint, cloud, stacks))) {
          assert.ok(!text.includes("[secret]") && !text.includes("[unknown]"), path);
          assert.ok(!/^-----BEGIN CERTIFICATE-----\nMIIB\n/m.test(text), path);
        }
      });
    });
  }

  it("are not built before what only an update makes was filled in", async function () {
    const kubectl = needTool(this, "kubectl");
    const folder = written("empty", kustomizeFiles(await deliveryOf("suuupra", "aws", stacks)));
    const { status, stderr } = spawnSync(kubectl, ["kustomize", join(folder, "overlays/prod")], {
      encoding: "utf8",
    });
    assert.notEqual(status, 0);
    assert.match(stderr, /outputs\//);
  });

  it("have Argo CD make a migration anew after what it needs, and before all else", async () => {
    const objects = build(filledIn(await deliveryOf("suuupra", "aws", stacks)), "overlays/prod");
    assertWaves(objects);
    for (const job of objects.filter(({ kind }) => kind === "Job")) {
      const { "argocd.argoproj.io/sync-wave": wave, ...hook } = annotationsOf(job);
      assert.equal(wave, "-1");
      assert.deepEqual(hook, {
        "argocd.argoproj.io/hook": "Sync",
        "argocd.argoproj.io/hook-delete-policy": "BeforeHookCreation,HookSucceeded",
      });
    }
  });

  it("keep ConfigMaps that pods of a version before name", async () => {
    const objects = build(filledIn(await deliveryOf("suuupra", "aws", stacks)), "overlays/prod");
    const maps = objects.filter(({ kind }) => kind === "ConfigMap");
    assert.ok(maps.length > 0);
    for (const map of maps) assertKept(map);
  });

  it("say only what differs: a number by its place, a list of another length as a whole", () => {
    const before = { spec: { replicas: 1, args: ["a"], ports: [{ port: 1 }], old: true, "a/b": 1 } };
    const after = { spec: { replicas: 2, args: ["a", "b"], ports: [{ port: 2 }], "a/b": 2, more: {} } };
    assert.deepEqual(changes(before, after), [
      { op: "remove", path: "/spec/old" },
      { op: "replace", path: "/spec/replicas", value: 2 },
      { op: "replace", path: "/spec/args", value: ["a", "b"] },
      { op: "replace", path: "/spec/ports/0/port", value: 2 },
      { op: "replace", path: "/spec/a~1b", value: 2 },
      { op: "add", path: "/spec/more", value: {} },
    ]);
  });
});
