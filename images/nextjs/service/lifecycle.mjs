import { subscribe } from "node:diagnostics_channel";
import { setTimeout as sleep } from "node:timers/promises";
import { askDependencies } from "./dependencies.mjs";
import { log } from "./log.mjs";
import { createMetrics, serveMetrics } from "./metrics.mjs";
import { readSettings } from "./settings.mjs";
import { stateOf } from "./state.mjs";

/** Routes that are told apart in metrics; whatever else is asked for is none. */
const routes = ["/", "/livez", "/readyz"];
/** What is below these is one route each. */
const folders = ["/_next/static", "/_next/image"];

/** Routes that the kubelet asks for every few seconds: no log would be readable with them. */
const probes = new Set(["/livez", "/readyz"]);

function routeOf(path) {
  return routes.includes(path) ? path : folders.find((folder) => path.startsWith(folder));
}

/**
 * Counts requests, tells metrics, and ends the process when it is told to: Next.js makes the server and hands it to nobody,
 * but Node.js says on a channel of its own when a request begins.
 */
export async function begin() {
  const settings = readSettings();
  const state = stateOf();
  const metrics = createMetrics();
  const metricsServer = await serveMetrics(metrics, settings, {
    "/dependencies": async () => ({
      type: "application/json",
      body: JSON.stringify(await askDependencies(process.env, metrics)),
    }),
  });
  let serving;
  subscribe("http.server.request.start", ({ request, response, server }) => {
    if (server === metricsServer) return;
    serving = server;
    observe({ request, response, metrics });
    if (state.now === "draining") response.setHeader("connection", "close");
  });

  const stop = async (signal) => {
    if (state.now === "draining") return;
    state.now = "draining";
    log("info", "stopping", { signal });
    await sleep(settings.drainSeconds * 1000);
    const inTime = serving === undefined || (await closed(serving, settings.stopSeconds));
    metricsServer?.close();
    log(inTime ? "info" : "error", inTime ? "stopped" : "stopped with requests open");
    process.exit(inTime ? 0 : 1);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  // what has to be done before it is ready, such as filling a cache, goes here
  state.now = "ready";
  log("info", "ready", { port: settings.port, metricsPort: settings.metricsPort });
}

function observe({ request, response, metrics }) {
  const begun = process.hrtime.bigint();
  const { method = "GET" } = request;
  const path = (request.url ?? "/").split("?", 1)[0];
  const route = routeOf(path);
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
}

/** Whether all that was open was finished in time. */
async function closed(server, stopSeconds) {
  const all = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const inTime = await Promise.race([all.then(() => true), sleep(stopSeconds * 1000, false, { ref: false })]);
  if (!inTime) server.closeAllConnections();
  return inTime;
}
