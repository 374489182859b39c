import { createHash } from "node:crypto";
import { askDependencies } from "./dependencies.mjs";
import { log } from "./log.mjs";
import { createMetrics } from "./metrics.mjs";
import { limited, serve } from "./service.mjs";
import { readSettings } from "./settings.mjs";

/** The platform's own limit of a body, where a route has none (`route.maxBodyMiB`). */
const maxBodyBytes = 10 * 2 ** 20;

const about = (settings) => () => ({ service: settings.service, version: settings.version });

/** Of the body, which is never in memory as a whole. */
async function digest(request) {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const part of limited(request, maxBodyBytes)) {
    hash.update(part);
    bytes += part.length;
  }
  return { bytes, sha256: hash.digest("hex") };
}

try {
  const settings = readSettings();
  const metrics = createMetrics();
  await serve({
    settings,
    metrics,
    routes: {
      "GET /": about(settings),
      "GET /api": about(settings),
      "GET /api/healthz": () => ({ status: "ok" }),
      "POST /api/digest": digest,
    },
    operators: {
      "/dependencies": async () => ({
        type: "application/json",
        body: JSON.stringify(await askDependencies(process.env, metrics)),
      }),
    },
  });
} catch (error) {
  log("fatal", "could not start", { error: String(error?.message ?? error) });
  process.exit(1);
}
