import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { log } from "./log.mjs";
import { createMetrics, serveMetrics } from "./metrics.mjs";

/** An answer other than 200 that a handler gives by throwing it. */
export class HttpError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Routes that the kubelet asks for every few seconds: no log would be readable with them. */
const probes = new Set(["/livez", "/readyz"]);

/**
 * Serves HTTP until SIGTERM or SIGINT: then says that it isn't ready, waits for those to hear it who send requests, stops
 * taking connections, finishes what is open, and ends the process with 0. What is not finished in time is cut off, and the
 * process ends with 1.
 *
 * @param routes handlers by `GET /path`, which return what to answer as JSON, or answer themselves and return nothing
 * @param prepare what has to be done before it is ready
 * @param operators handlers beside `/metrics`, by path
 * @param finish what has to be done once nothing is open any more
 */
export async function serve({ settings, routes, prepare, operators, finish, metrics = createMetrics() }) {
  let state = "starting";
  const table = {
    "GET /livez": () => ({ status: "alive" }),
    "GET /readyz": () => {
      if (state !== "ready") throw new HttpError(503, state);
      return { status: state };
    },
    ...routes,
  };
  const known = new Set(Object.keys(table).map((key) => key.slice(key.indexOf(" ") + 1)));

  const server = createServer((request, response) => {
    const begun = process.hrtime.bigint();
    const { method = "GET" } = request;
    const path = (request.url ?? "/").split("?", 1)[0];
    const route = known.has(path) ? path : undefined;
    response.once("close", () => {
      const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
      // of a client that went away nobody heard an answer: 499, as NGINX has it
      const status = response.writableFinished ? response.statusCode : 499;
      metrics.served({ method, route, status, seconds });
      if (!probes.has(path)) {
        const durationMs = Math.round(seconds * 1e6) / 1e3;
        log(status >= 500 ? "error" : "info", "request", { method, route, status, durationMs });
      }
    });
    if (state === "draining") response.setHeader("connection", "close");
    void answer({ table, known }, { request, response, method, path });
  });
  // longer than the load balancers before it keep a connection, or they would send on one that is just being closed
  server.keepAliveTimeout = 75_000;
  server.headersTimeout = 80_000;
  server.requestTimeout = 120_000;

  const metricsServer = await serveMetrics(metrics, settings, operators);
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(settings.port, resolve);
  });

  const stop = async (signal) => {
    if (state === "draining") return;
    state = "draining";
    log("info", "stopping", { signal });
    await sleep(settings.drainSeconds * 1000);
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    const inTime = await Promise.race([
      closed.then(() => true),
      sleep(settings.stopSeconds * 1000, false, { ref: false }),
    ]);
    if (!inTime) server.closeAllConnections();
    await finish?.();
    metricsServer?.closeAllConnections();
    metricsServer?.close();
    log(inTime ? "info" : "error", inTime ? "stopped" : "stopped with requests open");
    process.exit(inTime ? 0 : 1);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);

  log("info", "listening", { port: settings.port, metricsPort: settings.metricsPort });
  await prepare?.();
  if (state === "starting") {
    state = "ready";
    log("info", "ready");
  }
}

async function answer({ table, known }, { request, response, method, path }) {
  const handler = table[`${method === "HEAD" ? "GET" : method} ${path}`];
  try {
    if (handler === undefined) throw new HttpError(known.has(path) ? 405 : 404, "not here");
    const body = await handler(request, response);
    if (body !== undefined) json(response, 200, body);
  } catch (error) {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const expected = error instanceof HttpError;
    if (!expected) log("error", "failed", { route: path, error: String(error?.stack ?? error) });
    // what was not read of the request's body would be taken for the next request
    if (!request.complete) response.setHeader("connection", "close");
    json(response, expected ? error.status : 500, { error: expected ? error.message : "failed" });
  }
}

export function json(response, status, body) {
  const text = JSON.stringify(body);
  response
    .writeHead(status, {
      "content-type": "application/json; charset=utf-8",
      "content-length": Buffer.byteLength(text),
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    })
    .end(response.req.method === "HEAD" ? undefined : text);
}

/** The parts of a request's body as they come, at most so many bytes in all. */
export async function* limited(request, maxBytes) {
  let bytes = 0;
  for await (const part of request) {
    bytes += part.length;
    if (bytes > maxBytes) throw new HttpError(413, `more than ${maxBytes} bytes`);
    yield part;
  }
}
