import { createServer } from "node:http";
import { collectDefaultMetrics, Histogram, Registry } from "prom-client";
import { log } from "./log.mjs";

/** Seconds, as OpenTelemetry's conventions for HTTP metrics bound them: the platform's objectives lie on these bounds. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** The request series that dashboards, alerts and objectives of the platform ask for (components/workload/requestSeries.ts). */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const served = new Histogram({
    name: "http_server_request_duration_seconds",
    help: "Duration of HTTP server requests.",
    labelNames: ["http_request_method", "http_response_status_code", "http_route", "url_scheme"],
    buckets,
    registers: [registry],
  });
  const called = new Histogram({
    name: "http_client_request_duration_seconds",
    help: "Duration of HTTP client requests.",
    labelNames: [
      "error_type",
      "http_request_method",
      "http_response_status_code",
      "server_address",
      "server_port",
    ],
    buckets,
    registers: [registry],
  });
  return {
    registry,
    /** What came from outside is no label, or anybody could make as many series as they like. */
    served({ method, route, status, seconds }) {
      served.observe(
        {
          http_request_method: methods.has(method) ? method : "_OTHER",
          http_response_status_code: String(status),
          url_scheme: "http",
          ...(route !== undefined && { http_route: route }),
        },
        seconds,
      );
    },
    called({ method, url, status, error, seconds }) {
      called.observe(
        {
          http_request_method: method,
          server_address: url.hostname,
          server_port: url.port === "" ? "80" : url.port,
          ...(status !== undefined && { http_response_status_code: String(status) }),
          ...(error !== undefined && { error_type: error }),
        },
        seconds,
      );
    },
  };
}

/**
 * Serves metrics on a port of their own, which no route leads to, and beside them whatever else is for operators alone.
 *
 * @returns undefined where the port is taken: whoever instruments the process answers there already
 */
export function serveMetrics({ registry }, { metricsHost, metricsPort }, others = {}) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const answer = pathname === "/metrics" ? () => exposition(registry) : others[pathname];
    if (answer === undefined) {
      response.writeHead(404).end();
      return;
    }
    answer().then(
      ({ type, body }) => response.writeHead(200, { "content-type": type }).end(body),
      (error) => {
        log("error", "metrics could not be told", { error: String(error) });
        response.writeHead(500).end();
      },
    );
  });
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      if (error.code !== "EADDRINUSE") return reject(error);
      log("warn", "the port of metrics is taken: whoever holds it tells them", { port: metricsPort });
      resolve(undefined);
    });
    server.listen(metricsPort, metricsHost, () => resolve(server));
  });
}

async function exposition(registry) {
  return { type: registry.contentType, body: await registry.metrics() };
}
