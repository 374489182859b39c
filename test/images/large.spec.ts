import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  prepareSample,
  type PreparedSample,
  type RunningSample,
  startSample,
  untilReady,
} from "../support/samples";
import { needTool } from "../support/tools";
import { samplesOf } from "./exposition";
import { loadUntilUnready } from "./load";

const images = join(__dirname, "../../images");

/** Starts samples, of which none outlives its test. */
function starter(sample: () => PreparedSample) {
  const running: RunningSample[] = [];
  afterEach(async () => {
    for (const { child, ended } of running.splice(0)) {
      child.kill("SIGKILL");
      await ended;
    }
  });
  return async (environment: Readonly<Record<string, string>>) => {
    const started = await startSample(sample().service, environment);
    running.push(started);
    await untilReady(started);
    return started;
  };
}

/** Routes and statuses that it has counted. */
async function countedBy({ metricsUrl }: RunningSample): Promise<readonly string[]> {
  const text = await (await fetch(`${metricsUrl}/metrics`)).text();
  return samplesOf(text)
    .filter(({ metric }) => metric === "http_server_request_duration_seconds_count")
    .map(({ labels }) => `${labels["http_route"] ?? "-"} ${labels["http_response_status_code"]}`);
}

describe("the sample front end by Next.js", () => {
  let sample: PreparedSample;
  before(function () {
    sample = prepareSample(this, "nextjs");
  });
  const start = starter(() => sample);
  const manual = { NEXT_MANUAL_SIG_HANDLE: "true", HOSTNAME: "127.0.0.1", NODE_ENV: "production" };

  it("shows a page, is asked how it is, and tells its metrics", async () => {
    const service = await start({ ...manual, OTEL_SERVICE_NAME: "web", BACKEND_URL: "http://127.0.0.1:1" });
    const page = await fetch(service.url);
    assert.equal(page.headers.get("x-content-type-options"), "nosniff");
    assert.match(await page.text(), /<h1>web<\/h1>.*backend.*does not answer/);
    assert.equal((await fetch(`${service.url}/nobody?id=1`)).status, 404);
    // a probe that comes while it still starts is answered, and not counted
    const counted = (await countedBy(service)).filter((one) => !one.startsWith("/readyz "));
    assert.deepEqual([...counted].sort(), ["- 404", "/ 200"]);
  });

  it("loses no request when it is stopped under load, and ends with 0", async () => {
    const service = await start({ ...manual, DRAIN_SECONDS: "1" });
    const load = loadUntilUnready(service.url, "/livez");
    await sleep(500);
    service.child.kill("SIGTERM");
    const { answered, lost, unready } = await load;
    assert.deepEqual(lost, []);
    assert(answered > 50, `only ${answered} requests`);
    assert.equal(unready, 503);
    assert.equal(await service.ended, 0);
  });
});

describe("the sample that renders pages", () => {
  it("asks nobody but whom it may", () => {
    const test = join(images, "puppeteer/test/egress.test.mjs");
    const { status, stdout } = spawnSync(process.execPath, ["--test", test], { encoding: "utf8" });
    assert.equal(status, 0, stdout);
  });

  describe("by a browser", () => {
    let sample: PreparedSample;
    let chromium: string;
    let site: Server | undefined;
    let host: string;
    const asked: string[] = [];

    before(async function () {
      this.timeout(180_000);
      chromium = needTool(this, "chromium");
      sample = prepareSample(this, "puppeteer");
      site = createServer((request, response) => {
        asked.push(request.url ?? "");
        response.setHeader("content-type", "text/html");
        if (request.url === "/slow") return;
        if (request.url === "/moved") {
          response.writeHead(302, { location: "http://127.0.0.1:9999/" }).end();
          return;
        }
        response.end(`<p id="x">sent</p><script>x.textContent = "made by " + "script"</script>`);
      }).listen(0, "127.0.0.1");
      await once(site, "listening");
      const address = site.address();
      assert(address !== null && typeof address === "object");
      host = `127.0.0.1:${address.port}`;
    });
    after(() => {
      site?.closeAllConnections();
      site?.close();
    });
    const start = starter(() => sample);
    const render = async ({ url }: RunningSample, target: string, as = "html") => {
      const response = await fetch(`${url}/render?as=${as}&url=${encodeURIComponent(target)}`);
      return { status: response.status, text: await response.text() };
    };

    it("has a page as scripts leave it, and as a PDF", async () => {
      const service = await start({ CHROMIUM: chromium, RENDER_INTERNAL_HOSTS: host });
      const { status, text } = await render(service, `http://${host}/`);
      assert.equal(status, 200);
      assert.match(text, /<p id="x">made by script<\/p>/);
      const pdf = await render(service, `http://${host}/`, "pdf");
      assert.match(pdf.text, /^%PDF-/);
      service.child.kill("SIGTERM");
      assert.equal(await service.ended, 0);
    });

    it("refuses what it may not ask, wherever the page leads", async () => {
      const service = await start({
        CHROMIUM: chromium,
        RENDER_INTERNAL_HOSTS: host,
        RENDER_ALLOWED_HOSTS: "localhost",
      });
      assert.equal((await render(service, "http://example.com/")).status, 403);
      assert.equal((await render(service, "file:///etc/passwd")).status, 400);
      // allowed by its name, and not by its address
      assert.equal((await render(service, "http://localhost/")).status, 403);
      assert.equal((await render(service, `http://${host}/moved`)).status, 403);
      assert.equal((await render(service, `http://${host}/`, "exe")).status, 400);
    });

    it("gives up on a page that takes too long, and on more than it has room for", async () => {
      const service = await start({
        CHROMIUM: chromium,
        RENDER_INTERNAL_HOSTS: host,
        RENDER_CONCURRENCY: "1",
        RENDER_TIMEOUT_SECONDS: "2",
      });
      const slow = render(service, `http://${host}/slow`);
      await sleep(500);
      assert.equal((await render(service, `http://${host}/`)).status, 429);
      assert.equal((await slow).status, 504);
      assert.equal((await render(service, `http://${host}/`)).status, 200);
    });
  });
});

describe("what samples in one language share", () => {
  const shared = {
    nextjs: [
      "service/log.mjs",
      "service/metrics.mjs",
      "service/settings.mjs",
      "service/probe.mjs",
      "service/dependencies.mjs",
    ],
    puppeteer: ["src/log.mjs", "src/metrics.mjs", "src/settings.mjs", "src/probe.mjs", "src/service.mjs"],
  };
  for (const [image, files] of Object.entries(shared)) {
    it(`is the same in ${image} as in node: each of them stands alone`, () => {
      for (const file of files) {
        const original = join(images, "node", file.replace(/^service\//, "src/"));
        assert.equal(readFileSync(join(images, image, file), "utf8"), readFileSync(original, "utf8"), file);
      }
    });
  }
});
