import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import { blueprints } from "../../blueprints/catalogue";
import { blueprintNames } from "../../blueprints/names";
import { composeOf } from "../../local/compose";
import { sampleOf } from "../../local/services";
import type { PlanResource } from "../../preview/plan";
import { planOf } from "../support/plans";

const root = join(__dirname, "../..");
const localOf = (name: (typeof blueprintNames)[number]) =>
  composeOf({ blueprint: blueprints[name], samplesFolder: "images" });

describe("a system on one machine", () => {
  const schema = JSON.parse(readFileSync(join(root, "test/fixtures/composeSpec.json"), "utf8")) as object;
  const { $schema, ...rest } = schema as { readonly $schema: string };
  assert.match($schema, /draft-07/);
  const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(rest);

  for (const name of blueprintNames) {
    const { services } = blueprints[name];

    it(`${name} is what the Compose specification takes`, () => {
      assert(validate(localOf(name).file), JSON.stringify(validate.errors, undefined, 1));
    });

    it(`${name} has every service, from an image or from a sample that is there`, () => {
      const { file } = localOf(name);
      for (const [service, spec] of Object.entries(services)) {
        const context = file.services[service]?.build?.context ?? assert.fail(service);
        assert.equal(context, `images/${sampleOf(spec)}`);
        assert(existsSync(join(root, context, "Dockerfile")), context);
      }
    });

    it(`${name} mounts its configs, which a container that is read-only lets nobody copy into it`, () => {
      const { file, files } = localOf(name);
      const configs = Object.values(file.configs ?? {});
      assert.deepEqual(
        configs,
        Object.keys(files).map((path) => ({ file: `./${path}` })),
      );
      const read = Object.values(file.services).flatMap((service) => service.configs ?? []);
      assert.deepEqual(
        [...new Set(read.map(({ source }) => source))].sort(),
        Object.keys(file.configs ?? {}).sort(),
      );
    });

    it(`${name}'s services are closed as their pods are`, () => {
      const { file } = localOf(name);
      for (const service of Object.keys(services)) {
        const { user, read_only, cap_drop, security_opt, tmpfs, deploy, ports } =
          file.services[service] ?? {};
        assert.deepEqual(
          { user, read_only, cap_drop, security_opt, ports },
          {
            user: "10001:10001",
            read_only: true,
            cap_drop: ["ALL"],
            security_opt: ["no-new-privileges:true"],
            ports: undefined,
          },
        );
        assert(tmpfs?.some((mount) => mount.startsWith("/tmp:size=")));
        assert.match(deploy?.resources.limits.memory ?? "", /^\d+b$/);
      }
    });

    it(`${name} lets out none but those that the cluster lets out`, () => {
      const { file } = localOf(name);
      assert.equal(file.networks["system"]?.internal, true);
      const out = Object.entries(file.services)
        .filter(([, { networks }]) => networks.includes("outside"))
        .map(([container]) => container);
      const let_out = Object.entries(services)
        .filter(([, { internetEgress }]) => internetEgress === true)
        .map(([service]) => service);
      assert.deepEqual(out.sort(), ["gateway", ...let_out].sort());
      assert.deepEqual(file.services["gateway"]?.ports, ["127.0.0.1:8080:8080"]);
    });

    it(`${name} waits for what is there, and can be waited for`, () => {
      const { file } = localOf(name);
      for (const [container, { depends_on = {} }] of Object.entries(file.services)) {
        for (const [other, { condition }] of Object.entries(depends_on)) {
          const awaited = file.services[other] ?? assert.fail(`${container} waits for ${other}`);
          if (condition === "service_healthy") assert(awaited.healthcheck, `${other} can't tell how it is`);
          assert.equal(condition === "service_completed_successfully", awaited.restart === "no", other);
        }
      }
    });

    it(`${name} has no password in its file, and each that it names in the other`, () => {
      const { file, passwords } = localOf(name);
      const text = JSON.stringify(file.services);
      const named = [...text.matchAll(/\$\{(\w+):\?/g)].map(([, variable]) => variable);
      assert.deepEqual([...new Set(named)].sort(), passwords);
      for (const { environment = {} } of Object.values(file.services)) {
        for (const [variable, value] of Object.entries(environment)) {
          if (!/PASSWORD|SECRET|KEY$/.test(variable) || variable === "AWS_SECRET_ACCESS_KEY") continue;
          assert.match(value, /^\$\{\w+:\?run npm run local\}$/, variable);
        }
      }
    });

    it(`${name}'s images have a release that is named, and none is retired`, () => {
      for (const [container, { image }] of Object.entries(localOf(name).file.services)) {
        if (image === undefined) continue;
        assert.match(image, /^[a-z0-9.-]+\.[a-z]+\/[\w./-]+:v?\d[\w.-]*$/, container);
        assert.doesNotMatch(image, /minio|bitnami|zookeeper/);
      }
    });

    it(`${name}'s services are told what their pods are`, async () => {
      const resources = await planOf("prod", `blueprint=${name}`);
      const { file, leftOut } = localOf(name);
      for (const [service, { port }] of Object.entries(services)) {
        const inCluster = variablesOf(resources, service);
        const here = file.services[service]?.environment ?? {};
        const missing = Object.keys(inCluster).filter(
          (variable) => here[variable] === undefined && !onlyInCluster.test(variable),
        );
        const excused = Object.entries(leftOut).flatMap(([store, users]) =>
          users.includes(service) ? [`${store.toUpperCase()}_`] : [],
        );
        assert.deepEqual(
          missing.filter((variable) => !excused.some((prefix) => variable.startsWith(prefix))),
          [],
          service,
        );
        assert.equal(here["PORT"], port === undefined ? undefined : String(port));
        for (const [variable, value] of Object.entries(here)) {
          const callee = /^http:\/\/([a-z-]+):(\d+)$/.exec(value);
          if (callee === null || services[callee[1] ?? ""] === undefined) continue;
          assert.equal(inCluster[variable], `http://${callee[1]}`, variable);
          assert.equal(services[callee[1] ?? ""]?.port, Number(callee[2]));
        }
      }
    });
  }

  it("leads to each route as the cluster does, and not to what only begins as one", () => {
    const read = localOf("gainsly").files["configs/gateway"] ?? "";
    for (const [location, target] of [
      ["= /api", "http://api-gateway:8080"],
      ["/api/", "http://api-gateway:8080"],
      ["/", "http://frontend:3000"],
    ]) {
      assert(read.includes(`location ${location} {\n    set $target ${target};`), location);
    }
  });

  it("has a server for each host, the body that each route takes and how long it waits", () => {
    const { publishing } = blueprints;
    const { api } = publishing.services;
    assert(api?.route);
    const services = {
      ...publishing.services,
      api: { ...api, route: { ...api.route, subdomain: "api", path: "/", timeoutSeconds: 90 } },
    };
    const { files } = composeOf({ blueprint: { ...publishing, services }, samplesFolder: "images" });
    const [domain = "", subdomain = ""] = (files["configs/gateway"] ?? "").split("server_name").slice(1);
    assert.match(domain, /^ localhost;/);
    assert.doesNotMatch(domain, /http:\/\/api/);
    assert.match(subdomain, /^ api\.localhost;[^]*http:\/\/api:3000[^]*client_max_body_size 100m/);
    assert.match(subdomain, /proxy_read_timeout 90s;/);
    assert.doesNotMatch(domain, /proxy_read_timeout/);
  });

  it("takes services of one's own, from an image or from a folder", () => {
    const { file } = composeOf({
      blueprint: blueprints.explico,
      samplesFolder: "images",
      sources: { backend: { image: "ghcr.io/acme/backend:2" }, frontend: { folder: "/src/frontend" } },
    });
    const { backend, frontend } = file.services;
    assert.equal(backend?.image, "ghcr.io/acme/backend:2");
    assert.equal(backend.build, undefined);
    assert.equal(frontend?.build?.context, "/src/frontend");
    assert.deepEqual(frontend.develop?.watch, [{ action: "rebuild", path: "/src/frontend" }]);
    assert.throws(
      () =>
        composeOf({
          blueprint: blueprints.explico,
          samplesFolder: "images",
          sources: { nobody: { image: "x" } },
        }),
      /^RangeError: service: expected one of frontend, backend, ai-inference, got "nobody"$/,
    );
  });

  it("refuses a service that is named as a store's container", () => {
    const { explico } = blueprints;
    const { frontend } = explico.services;
    assert(frontend);
    const services = { ...explico.services, redis: frontend };
    assert.throws(
      () => composeOf({ blueprint: { ...explico, services }, samplesFolder: "images" }),
      /^RangeError: redis: expected another name/,
    );
  });

  it("has the topics, queues, buckets and flags that the system has", () => {
    const seo = JSON.stringify(localOf("seo-platform").file.services["kafka-topics"]?.command);
    assert.match(seo, /--topic crawl-requests --partitions 100 /);
    const suuupra = localOf("suuupra").file;
    assert.match(
      JSON.stringify(suuupra.services["objects-buckets"]?.command),
      /-name objects[^]*-name vectors/,
    );
    const flags = JSON.parse(localOf("suuupra").files["configs/flags"] ?? "{}") as {
      readonly flags: object;
    };
    assert.deepEqual(Object.keys(flags.flags), ["one-page-checkout", "search-ranking", "instant-settlement"]);
    const { file: publishing, files: configs } = localOf("publishing");
    const queues = configs["configs/queues"] ?? "";
    assert.match(
      queues,
      /"media-jobs" \{\n {4}defaultVisibilityTimeout = 600 seconds\n.*"media-jobs-aside", maxReceiveCount = 5/,
    );
    const files = publishing.services["media-worker"]?.configs ?? [];
    assert.deepEqual(
      files.map(({ source, target }) => [
        target,
        /"name": "thumbnail"/.test(configs[`configs/${source}`] ?? ""),
      ]),
      [["/etc/media-worker/renditions.json", true]],
    );
    const environment = publishing.services["media-worker"]?.environment;
    assert.equal(environment?.["MEDIA_JOBS_QUEUE_URL"], "http://queues:9324/000000000000/media-jobs");
    assert.equal(environment["PUBLICATIONS_QUEUE_URL"], undefined, "it does not use that queue");
  });

  it("says which stores it has not", () => {
    assert.deepEqual(Object.keys(localOf("suuupra").leftOut), ["vault"]);
    assert.deepEqual(localOf("seo-platform").leftOut, {});
  });
});

/**
 * What nobody needs here: where spans go and of which pod they are, whose signature certificates carry where there is TLS, and
 * what names things of the cloud alone.
 */
const onlyInCluster =
  /^(OTEL_|K8S_|VAULT_)|_CA_FILE$|^PGSSLROOTCERT$|^MYSQL_SSL_CA$|_SECRET_ID$|^(PGPORT_READ|REDIS_CACHE_NAME|SEARCH_REGION|KAFKA_SASL_MECHANISM)$/;

/** What a service's pods are told, by its Deployment or its Rollout. */
function variablesOf(resources: readonly PlanResource[], service: string): Readonly<Record<string, string>> {
  interface Pod {
    readonly metadata?: { readonly name?: string };
    readonly data?: Readonly<Record<string, string>>;
    readonly spec?: {
      readonly template?: {
        readonly spec?: {
          readonly containers?: readonly {
            readonly name: string;
            readonly env?: readonly { readonly name: string; readonly value?: string }[];
            readonly envFrom?: readonly { readonly configMapRef?: { readonly name: string } }[];
          }[];
        };
      };
    };
  }
  const objects = resources.map(({ inputs }) => inputs as Pod);
  const containers = objects.flatMap(({ spec }) => spec?.template?.spec?.containers ?? []);
  const container = containers.find(({ name, envFrom }) => name === service && envFrom !== undefined);
  assert(container, `${service} is not in the plan`);
  const maps = (container.envFrom ?? []).map(({ configMapRef }) => configMapRef?.name);
  const data = objects.find(
    ({ metadata, data: has }) => has !== undefined && maps.includes(metadata?.name),
  )?.data;
  return {
    ...data,
    ...Object.fromEntries((container.env ?? []).map(({ name, value = "" }) => [name, value])),
  };
}
