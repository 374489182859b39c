import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { latencyThresholds } from "../../components/slo/slo";
import { requestSeries } from "../../components/workload/requestSeries";
import {
  freePort,
  prepareSample,
  type PreparedSample,
  type RunningSample,
  startedSamples,
  startSample,
  untilReady,
} from "../support/samples";
import { loadUntilUnready, slowUpload } from "./load";
import { samplesOf } from "./exposition";

const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

for (const name of startedSamples) {
  describe(`the sample service in ${name}`, () => {
    let sample: PreparedSample;
    const running: RunningSample[] = [];

    before(function () {
      this.timeout(180_000);
      sample = prepareSample(this, name);
    });

    const start = async (environment: Readonly<Record<string, string>> = {}) => {
      const started = await startSample(sample.service, environment);
      running.push(started);
      return started;
    };

    afterEach(async () => {
      for (const { child, ended } of running.splice(0)) {
        child.kill("SIGKILL");
        await ended;
      }
    });

    it("answers the kubelet and its routes", async () => {
      const service = await start({ OTEL_SERVICE_NAME: "backend-api", SERVICE_VERSION: "1.4.2" });
      await untilReady(service);
      const ask = async (path: string, init?: RequestInit) => {
        const response = await fetch(service.url + path, init);
        const body: unknown = await response.json();
        return { status: response.status, body };
      };
      const about = { service: "backend-api", version: "1.4.2" };
      assert.deepEqual(await ask("/livez"), { status: 200, body: { status: "alive" } });
      assert.deepEqual(await ask("/"), { status: 200, body: about });
      assert.deepEqual(await ask("/api"), { status: 200, body: about });
      assert.deepEqual(await ask("/api/healthz"), { status: 200, body: { status: "ok" } });
      const answer = { status: 200, body: { bytes: 3, sha256: abc } };
      assert.deepEqual(await ask("/api/digest", { method: "POST", body: "abc" }), answer);
      const large = await fetch(`${service.url}/api/digest`, {
        method: "POST",
        body: Buffer.alloc(10 * 2 ** 20 + 1),
      }).then(
        ({ status }) => status,
        // an answer that comes before all was sent may be lost with the connection
        () => 413,
      );
      assert.equal(large, 413);
      assert.equal((await fetch(`${service.url}/nobody`)).status, 404);
    });

    it("tells Prometheus what the platform's dashboards, alerts and objectives ask for", async () => {
      const service = await start({ SELF_URL: "http://127.0.0.1:1" });
      await untilReady(service);
      await fetch(`${service.url}/api/healthz`);
      await fetch(`${service.url}/nobody?id=1`);
      await fetch(`${service.metricsUrl}/dependencies`);
      const { requests, durations, durationCount, sent, ofService } = requestSeries("workload", {
        service: "backend-api",
        namespace: "system",
      });
      const text = await (await fetch(`${service.metricsUrl}/metrics`)).text();
      const told = samplesOf(text);
      const of = (metric: string) => told.filter((one) => one.metric === metric);
      for (const metric of [requests, durationCount]) {
        const [asked, ...others] = of(metric).filter(({ labels }) => labels["http_route"] === "/api/healthz");
        assert(asked !== undefined, metric);
        assert.equal(asked.value, 1, metric);
        assert.deepEqual(others, []);
        assert.deepEqual(asked.labels, {
          http_request_method: "GET",
          http_response_status_code: "200",
          http_route: "/api/healthz",
          url_scheme: "http",
        });
      }
      // what objectives leave out is the kubelet's, by the route that it asks for
      const excluded =
        /http_route!~"([^"]+)"/.exec(ofService.join(","))?.[1] ?? assert.fail("no route is left out");
      const probes = of(requests).filter(({ labels }) =>
        new RegExp(`^(${excluded})$`).test(labels["http_route"] ?? ""),
      );
      // more than one series where it was asked before it was ready
      assert.deepEqual([...new Set(probes.map(({ labels }) => labels["http_route"]))], ["/readyz"]);
      // every latency that can be promised lies on a bound
      const bounds = new Set(of(durations).map(({ labels }) => Number(labels["le"])));
      assert.deepEqual(
        latencyThresholds.filter((milliseconds) => !bounds.has(milliseconds / 1000)),
        [],
      );
      const called = of(sent.replace(/\{.*$/, ""));
      assert.deepEqual(
        called.map(({ labels, value }) => [labels["server_address"], value]),
        [["127.0.0.1", 1]],
      );
      assert.doesNotMatch(text, /nobody|id=1/, "what came from outside is a label");
    });

    it("tells operators whether those answer that it was told of", async () => {
      const store = createServer().listen(0, "127.0.0.1");
      await once(store, "listening");
      const address = store.address();
      assert(address !== null && typeof address === "object");
      const port = await freePort();
      const service = await start({
        PORT: String(port),
        ML_SERVICE_URL: `http://127.0.0.1:${port}`,
        RENDERER_URL: "http://127.0.0.1:1",
        BUCKET_URL: "s3://files",
        PGHOST: "127.0.0.1",
        PGPORT: String(address.port),
        KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:1,127.0.0.1:2",
      });
      await untilReady(service);
      const answer = await (await fetch(`${service.metricsUrl}/dependencies`)).json();
      store.close();
      assert.deepEqual(answer, {
        peers: { "ml-service": "ok", renderer: "unreachable" },
        stores: { postgres: "reachable", kafka: "unreachable" },
      });
      assert.equal((await fetch(`${service.url}/dependencies`)).status, 404, "it is for operators alone");
    });

    it("writes lines of JSON in which nothing is of who asked", async () => {
      const service = await start();
      await untilReady(service);
      await fetch(`${service.url}/api?email=jo@example.com`, { headers: { "user-agent": "jo-s-browser" } });
      service.child.kill("SIGTERM");
      await service.ended;
      const lines = service.lines().map((line) => JSON.parse(line) as Record<string, unknown>);
      for (const line of lines) {
        assert.match(String(line["time"]), /^\d{4}-\d\d-\d\dT/);
        assert.equal(line["level"], "info");
        assert.equal(typeof line["message"], "string");
      }
      const request = lines.filter(({ message }) => message === "request");
      assert.deepEqual(
        request.map(({ method, route, status }) => ({ method, route, status })),
        [{ method: "GET", route: "/api", status: 200 }],
      );
      assert.doesNotMatch(service.lines().join("\n"), /example\.com|jo-s-browser|127\.0\.0\.1/);
    });

    it("loses no request when it is stopped under load, and ends with 0", async () => {
      const service = await start({ DRAIN_SECONDS: "1" });
      await untilReady(service);
      const slow = await slowUpload(service.url);
      const load = loadUntilUnready(service.url);
      await sleep(500);
      service.child.kill("SIGTERM");
      const { answered, lost, unready } = await load;
      assert.deepEqual(lost, []);
      assert(answered > 50, `only ${answered} requests`);
      assert.equal(unready, 503, "those who send have to hear that it isn't ready");
      // what is open outlives the way in
      await refused(service.url);
      assert.equal(service.child.exitCode, null, "it ended with a request open");
      assert.deepEqual(await slow.finish(), { status: 200, bytes: slow.bytes });
      assert.equal(await service.ended, 0);
    });

    it("cuts off what is not finished in time, and says so by its status", async () => {
      const service = await start({ STOP_SECONDS: "1" });
      await untilReady(service);
      const slow = await slowUpload(service.url);
      service.child.kill("SIGTERM");
      assert.equal(await service.ended, 1);
      const finished = await slow.finish().then(
        ({ status }) => status === 200,
        () => false,
      );
      assert.equal(finished, false);
    });

    it("is asked by its image's own probe", async () => {
      const service = await start();
      await untilReady(service);
      const probe = (port: string) => {
        const { program, args, cwd } = sample.probe;
        return spawnSync(program, args, { cwd, env: { PATH: process.env["PATH"], PORT: port } }).status;
      };
      assert.equal(probe(new URL(service.url).port), 0);
      assert.equal(probe(String(await freePort())), 1);
    });

    it("serves where somebody else tells its metrics", async () => {
      const other = createServer().listen(0, "0.0.0.0");
      await once(other, "listening");
      const address = other.address();
      assert(address !== null && typeof address === "object");
      const service = await start({ OTEL_EXPORTER_PROMETHEUS_PORT: String(address.port) });
      await untilReady(service);
      other.close();
      assert.match(service.lines().join("\n"), /"level": ?"warn".*port of metrics is taken/);
    });

    it("says by its name which setting is wrong", async () => {
      const service = await start({ PORT: "http" });
      assert.equal(await service.ended, 1);
      assert.match(service.lines().join("\n"), /PORT: expected a whole number/);
    });

    it("passes its own tests", () => {
      const { program, args, cwd } = sample.tests;
      const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: "utf8" });
      assert.equal(status, 0, stdout + stderr);
    });
  });
}

/** Waits until nobody takes connections there any more. */
async function refused(url: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline) {
    const taken = await fetch(`${url}/livez`).then(
      () => true,
      () => false,
    );
    if (!taken) return;
    await sleep(25);
  }
  assert.fail("it goes on taking connections");
}
