import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { after, test } from "node:test";
import { peersOf, storesOf } from "../src/dependencies.mjs";
import { createMetrics } from "../src/metrics.mjs";
import { serve } from "../src/service.mjs";
import { readSettings } from "../src/settings.mjs";

/** A port that nobody listens on. */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

const [PORT, metricsPort] = [String(await freePort()), String(await freePort())];
const settings = readSettings({ PORT, OTEL_EXPORTER_PROMETHEUS_PORT: metricsPort });
const metrics = createMetrics();
let prepared;
const preparing = new Promise((resolve) => {
  prepared = resolve;
});
const serving = serve({
  settings,
  metrics,
  prepare: () => preparing,
  routes: {
    "GET /fails": () => {
      throw new Error("no");
    },
  },
});
const ask = (path, init) => fetch(`http://127.0.0.1:${PORT}${path}`, init);

// what serves goes on until it is told to stop
after(() => process.kill(process.pid, "SIGTERM"));

test("answers before it is prepared, and is ready once it is", async () => {
  while (!(await ask("/livez").catch(() => undefined))?.ok);
  assert.equal((await ask("/readyz")).status, 503);
  assert.equal((await ask("/livez")).status, 200);
  prepared();
  await serving;
  assert.equal((await ask("/readyz")).status, 200);
});

test("outlives a handler that fails", async () => {
  assert.equal((await ask("/fails")).status, 500);
  assert.equal((await ask("/livez")).status, 200);
});

test("knows which methods a route has", async () => {
  assert.equal((await ask("/fails", { method: "POST" })).status, 405);
  assert.equal((await ask("/livez", { method: "HEAD" })).status, 200);
});

test("counts by route and never by what came from outside", async () => {
  const series = async () => {
    const { values } = await metrics.registry.getSingleMetric("http_server_request_duration_seconds").get();
    return values.filter(({ metricName }) => metricName?.endsWith("_count")).length;
  };
  await ask("/nobody/1");
  const before = await series();
  await ask("/nobody/2");
  await ask("/nobody/3");
  assert.equal(await series(), before);
});

test("knows its peers and stores", () => {
  const environment = {
    ML_SERVICE_URL: "http://ml-service",
    BUCKET_URL: "s3://files",
    SEARCH_URL: "https://search:9200",
    JOBS_QUEUE_URL: "http://queue/jobs",
    PGHOST: "db",
    PGPORT: "6432",
    MONGODB_URI: "mongodb://user:secret@mongo-0:27017,mongo-1:27017/?replicaSet=rs",
    KAFKA_BOOTSTRAP_SERVERS: "b-1:9098,b-2:9098",
    REDIS_HOST: "cache",
    MILVUS_URI: "http://milvus:19530",
  };
  assert.deepEqual(peersOf(environment), { "ml-service": "http://ml-service" });
  assert.deepEqual(storesOf(environment), {
    postgres: { host: "db", port: 6432 },
    mongo: { host: "mongo-0", port: 27017 },
    kafka: { host: "b-1", port: 9098 },
    redis: { host: "cache", port: 6379 },
    search: { host: "search", port: 9200 },
    vectors: { host: "milvus", port: 19530 },
  });
});
