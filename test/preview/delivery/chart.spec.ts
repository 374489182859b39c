import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import Ajv from "ajv";
import { parse, parseAllDocuments } from "yaml";
import { blueprintNames } from "../../../blueprints/names";
import { clouds } from "../../../components/cloud";
import { chartFiles, templatesOf } from "../../../preview/delivery/chart/chart";
import type { Delivery, DeliveryFile } from "../../../preview/delivery/delivery";
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

const stacks = ["staging", "prod"];

/** Beside what an update makes, which no chart can hold. */
const systems = blueprintNames.flatMap((blueprint) => clouds.map((cloud) => ({ blueprint, cloud })));

describe("a chart of the applications", function () {
  this.timeout(120_000);
  const scratch = mkdtempSync(join(tmpdir(), "chart-"));
  after(() => {
    rmSync(scratch, { recursive: true });
  });

  /** A chart in a folder, with what fills in what it asks for. */
  function written(delivery: Delivery): string {
    const folder = join(scratch, `${delivery.blueprint}-${delivery.cloud}`);
    const { values } = templatesOf(delivery.stacks);
    const own = delivery.stacks.map(({ stack }) => ({
      path: `own-${stack}.yaml`,
      text: JSON.stringify(values.filledOf(stack)),
    }));
    for (const { path, text } of [...chartFiles(delivery), ...own]) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return folder;
  }

  /** What `helm template` prints with files of values that lie in the chart. */
  function template(
    helm: string,
    folder: string,
    files: readonly string[],
    ...more: readonly string[]
  ): string {
    const values = files.flatMap((name) => ["--values", join(folder, `${name}.yaml`)]);
    // Helm's own is that of its build
    const args = ["template", "release", folder, "--kube-version", "1.35.0", ...values, ...more];
    const { status, stdout, stderr } = spawnSync(helm, args, { encoding: "utf8", maxBuffer: 2 ** 26 });
    if (status !== 0) throw new Error(stderr);
    return stdout;
  }

  function rendered(
    helm: string,
    folder: string,
    stack: string,
    ...more: readonly string[]
  ): readonly Manifest[] {
    return inOrder(
      parseAllDocuments(template(helm, folder, [`values-${stack}`, `own-${stack}`], ...more)).flatMap(
        (document) => {
          assert.deepEqual(document.errors, []);
          const object = document.toJSON() as Manifest | null;
          return object === null ? [] : [object];
        },
      ),
    );
  }

  for (const { blueprint, cloud } of systems) {
    describe(`${blueprint} on ${cloud}`, () => {
      for (const stack of stacks) {
        it(`makes with the values of ${stack} the objects that the program registers there`, async function () {
          const helm = needTool(this, "helm");
          const delivery = await deliveryOf(blueprint, cloud, stacks);
          assertSame(rendered(helm, written(delivery), stack), await expected(stack, delivery, "Helm"));
        });

        it(`passes helm lint with the values of ${stack}`, async function () {
          const helm = needTool(this, "helm");
          const folder = written(await deliveryOf(blueprint, cloud, stacks));
          const values = ["values", "own"].flatMap((name) => [
            "--values",
            join(folder, `${name}-${stack}.yaml`),
          ]);
          const { status, stdout, stderr } = spawnSync(helm, ["lint", "--strict", folder, ...values], {
            encoding: "utf8",
          });
          assert.equal(status, 0, `${stdout}${stderr}`);
        });
      }

      it("has values that its schema takes, and refuses a key that it does not know and a wrong type", async () => {
        const delivery = await deliveryOf(blueprint, cloud, stacks);
        const files = chartFiles(delivery);
        const validate = new Ajv({ allowUnionTypes: true }).compile(
          JSON.parse(textOf(files, "values.schema.json")) as object,
        );
        for (const name of ["values", ...stacks.map((stack) => `values-${stack}`)]) {
          assert.ok(validate(parse(textOf(files, `${name}.yaml`))), JSON.stringify(validate.errors));
        }
        const [service = ""] = delivery.stacks[0]?.services ?? [];
        assert.equal(validate({ services: { [service]: { imgae: {} } } }), false);
        assert.equal(validate({ services: { [service]: { image: { tag: 2 } } } }), false);
        assert.equal(validate({ replicas: 3 }), false);
      });

      it("holds no value that is secret or that only an update makes, and asks for each of them", async () => {
        const delivery = await deliveryOf(blueprint, cloud, stacks);
        const files = chartFiles(delivery);
        assertNoStandIns(delivery, files);
        const { values } = templatesOf(delivery.stacks);
        for (const stack of stacks) {
          const own: unknown = parse(textOf(files, `values-${stack}.yaml`));
          for (const { path } of values.askedOf(stack)) {
            assert.equal(at(own, path), "", `${stack}: ${path.join(".")}`);
          }
        }
      });
    });
  }

  describe("of suuupra on aws", () => {
    const of = () => deliveryOf("suuupra", "aws", stacks);

    it("changes the one service whose tag is set, with its tasks, its label and its spans", async function () {
      const helm = needTool(this, "helm");
      const folder = written(await of());
      const before = rendered(helm, folder, "prod");
      const now = rendered(helm, folder, "prod", "--set-string", "services.payments.image.tag=2.0.0");
      const changed = now.filter((object, index) => JSON.stringify(object) !== JSON.stringify(before[index]));
      assert.deepEqual(
        changed.map(({ kind, metadata }) => `${kind}/${metadata.name}`.replace(/-[0-9a-f]{7}$/, "")),
        ["CronJob/payments-settlement", "Deployment/payments", "Job/payments-migration"],
      );
      const deployment = changed.find(({ kind }) => kind === "Deployment");
      assert.equal(
        JSON.stringify(deployment).replaceAll("2.0.0", "1.0.0"),
        JSON.stringify(
          before.find(({ kind, metadata }) => kind === "Deployment" && metadata.name === "payments"),
        ),
      );
      assert.match(JSON.stringify(deployment), /payments:2\.0\.0".*|service\.version=2\.0\.0,/);
    });

    it("calls a migration by what it does, so that another tag, setting or connection makes another Job", async function () {
      const helm = needTool(this, "helm");
      const folder = written(await of());
      const jobs = (...more: readonly string[]): readonly string[] =>
        rendered(helm, folder, "prod", ...more).flatMap(({ kind, metadata: { name } }) =>
          kind === "Job" ? [name] : [],
        );
      const before = jobs();
      assert.ok(before.every((name) => /^[a-z-]+-migration-[0-9a-f]{7}$/.test(name)));
      for (const change of [
        "services.payments.image.tag=2.0.0",
        "services.payments.env.MODE=other",
        "services.payments.connections.KAFKA_GROUP_ID=other",
      ]) {
        const changed = jobs("--set", change).filter((name) => !before.includes(name));
        assert.deepEqual(
          changed.map((name) => name.replace(/-[0-9a-f]{7}$/, "")),
          ["payments-migration"],
          change,
        );
      }
      assert.deepEqual(jobs("--set", "services.payments.autoscaling.maxReplicas=40"), before);
    });

    it("has migrations done before anything else of an upgrade, with ConfigMaps of their own", async function () {
      const helm = needTool(this, "helm");
      const folder = written(await of());
      const plain = rendered(helm, folder, "prod");
      const upgrade = rendered(helm, folder, "prod", "--is-upgrade");
      const hooks = upgrade.filter((one) => "helm.sh/hook" in annotationsOf(one));
      assert.deepEqual(
        new Set(hooks.map(({ kind }) => kind)),
        new Set(["ConfigMap", "Job"]),
        "and nothing else is",
      );
      const jobs = hooks.filter(({ kind }) => kind === "Job");
      assert.deepEqual(jobs.map(jobName), plain.filter(({ kind }) => kind === "Job").map(jobName));
      for (const job of jobs) {
        assert.deepEqual(annotationsOf(job), {
          "helm.sh/hook": "pre-upgrade",
          "helm.sh/hook-delete-policy": "before-hook-creation",
        });
        const named = [
          ...JSON.stringify(job["spec"]).matchAll(/"configMap(?:Ref)?":\{"name":"([^"]+)"/g),
        ].map(([, name = ""]) => name);
        assert.ok(named.length > 0);
        for (const name of named) {
          const copy = hooks.find(({ kind, metadata }) => kind === "ConfigMap" && metadata.name === name);
          const own = name.replace(/-[0-9a-f]{10}-hook$/, "");
          const origin = upgrade.find(({ kind, metadata }) => kind === "ConfigMap" && metadata.name === own);
          assert.ok(copy && origin, name);
          assert.deepEqual(copy["data"], origin["data"]);
          assert.deepEqual(annotationsOf(copy), {
            "helm.sh/hook": "pre-upgrade",
            "helm.sh/hook-weight": "-1",
            "helm.sh/hook-delete-policy": "before-hook-creation,hook-succeeded",
          });
        }
        const other = plain.find((one) => one.kind === "Job" && jobName(one) === jobName(job));
        assert.equal(
          JSON.stringify(job["spec"]).replace(/-[0-9a-f]{10}-hook"/g, '"'),
          JSON.stringify(other?.["spec"]),
        );
      }
      assertSame(
        upgrade.filter((one) => !hooks.includes(one)),
        plain.filter(({ kind }) => kind !== "Job"),
      );
    });

    it("leaves out a migration that is not to be done, with its copies, and nothing else", async function () {
      const helm = needTool(this, "helm");
      const folder = written(await of());
      const isOwn = ({ kind, metadata: { name } }: Manifest) =>
        (kind === "Job" && name.startsWith("payments-migration-")) || /^payments-.*-hook$/.test(name);
      for (const [flags, objects] of [
        [[], 1],
        [["--is-upgrade"], 2],
      ] as const) {
        const plain = rendered(helm, folder, "prod", ...flags);
        assert.ok(plain.filter(isOwn).length >= objects);
        const without = rendered(helm, folder, "prod", ...flags, "--set", "services.payments.migrate=false");
        assertSame(
          without,
          plain.filter((object) => !isOwn(object)),
        );
      }
    });

    it("has a migration where a stack has it, and none where it has none", async function () {
      const helm = needTool(this, "helm");
      const whole = await of();
      const stackless = whole.stacks.map((stack) => {
        const { objects } = stack;
        const isProd = stack.stack === "prod";
        return isProd
          ? { ...stack, objects: objects.filter(({ object }) => object["kind"] !== "Job") }
          : stack;
      });
      const folder = written({ ...whole, stacks: stackless, blueprint: `${whole.blueprint}-back` });
      const jobs = (stack: string) =>
        rendered(helm, folder, stack).filter(({ kind }) => kind === "Job").length;
      assert.ok(jobs("staging") > 1);
      assert.equal(jobs("prod"), 0);
    });

    it("has Argo CD make what a migration needs, then the migration, then all else", async function () {
      const helm = needTool(this, "helm");
      assertWaves(rendered(helm, written(await of()), "prod"));
    });

    it("keeps ConfigMaps that pods of a version before name", async function () {
      const helm = needTool(this, "helm");
      const maps = rendered(helm, written(await of()), "prod").filter(({ kind }) => kind === "ConfigMap");
      assert.ok(maps.length > 0);
      for (const map of maps) {
        assert.equal(annotationsOf(map)["helm.sh/resource-policy"], "keep");
        assertKept(map);
      }
    });

    it("gives a ConfigMap whose content is set another name, and its pods that name", async function () {
      const helm = needTool(this, "helm");
      const folder = written(await of());
      const names = (...more: readonly string[]): readonly string[] => {
        const text = template(helm, folder, ["values-prod", "own-prod"], ...more);
        return [...new Set(text.match(/payments-connections-[0-9a-f]{10}/g))];
      };
      const [before, ...others] = names();
      const [after] = names("--set", "services.payments.connections.KAFKA_GROUP_ID=other");
      assert.deepEqual(others, []);
      assert.notEqual(after, undefined);
      assert.notEqual(after, before);
    });

    it("is not rendered without what only an update makes, and says which value is missing", async function () {
      const helm = needTool(this, "helm");
      const folder = written(await of());
      assert.throws(
        () => template(helm, folder, ["values-prod"]),
        /(connections|authorities)\.\S+: expected a value, which the platform's update makes/,
      );
    });

    it("takes what it lacks of what the platform tells applications of itself", async function () {
      const helm = needTool(this, "helm");
      const delivery = await of();
      const folder = written(delivery);
      const { values } = templatesOf(delivery.stacks);
      const filled = values.filledOf("prod") as {
        readonly connections: Readonly<Record<string, string>>;
        readonly authorities: Readonly<Record<string, string>>;
      };
      const { KAFKA_BOOTSTRAP_SERVERS = "", ...connections } = filled.connections;
      const platform = {
        imageRegistry: "registry.example.com",
        domain: "told.example.com",
        stores: { kafka: { KAFKA_BOOTSTRAP_SERVERS } },
      };
      writeFileSync(
        join(folder, "told.yaml"),
        JSON.stringify({ ...filled, connections, platform, imageRegistry: "", domain: "" }),
      );
      const text = template(helm, folder, ["values-prod", "told"]);
      assert.ok(text.includes(`KAFKA_BOOTSTRAP_SERVERS: ${KAFKA_BOOTSTRAP_SERVERS}`));
      assert.ok(text.includes('image: "registry.example.com/suuupra/payments:1.0.0"'));
      assert.match(text, /hostnames:\n\s+- "told\.example\.com"/);
    });

    it("leaves the braces of others' templates to them", async function () {
      const helm = needTool(this, "helm");
      const objects = rendered(helm, written(await of()), "prod");
      assert.ok(JSON.stringify(objects).includes("{{args.version}}"));
    });
  });
});

const jobName = ({ metadata }: Manifest): string => metadata.name.replace(/-[0-9a-f]{7}$/, "");

function assertNoStandIns({ stacks: all }: Delivery, files: readonly DeliveryFile[]): void {
  for (const { path, text } of files) {
    assert.ok(!text.includes("[secret]") && !text.includes("[unknown]"), path);
    assert.doesNotMatch(text, /: null$/m, path);
  }
  const texts = files.map(({ text }) => text).join("\n");
  for (const { objects } of all) {
    for (const { object, asked } of objects) {
      for (const pointer of asked) {
        const value = at(
          object,
          pointer
            .slice(1)
            .split("/")
            .map((part) => part.replace(/~1/g, "/").replace(/~0/g, "~")),
        );
        if (typeof value === "string" && value.length > 20)
          assert.ok(!texts.includes(value), `${pointer}: ${value}`);
      }
    }
  }
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null
        ? (inner as Readonly<Record<string, unknown>>)[key]
        : undefined,
    value,
  );
}
