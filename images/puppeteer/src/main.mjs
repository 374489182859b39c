import { createRules, startEgress } from "./egress.mjs";
import { log } from "./log.mjs";
import { createRenderer } from "./renderer.mjs";
import { HttpError, serve } from "./service.mjs";
import { readSettings, wholeNumber } from "./settings.mjs";

const listOf = (text = "") =>
  text
    .split(",")
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== "");

const types = { html: "text/html; charset=utf-8", pdf: "application/pdf" };

try {
  const settings = readSettings();
  const { env } = process;
  const rules = createRules({
    allowed: listOf(env.RENDER_ALLOWED_HOSTS),
    internal: listOf(env.RENDER_INTERNAL_HOSTS),
  });
  const egress = await startEgress(rules);
  const renderer = createRenderer({
    executable: env.CHROMIUM ?? "/usr/bin/chromium",
    proxyPort: egress.port,
    concurrency: wholeNumber(env, "RENDER_CONCURRENCY", 4),
    timeoutSeconds: wholeNumber(env, "RENDER_TIMEOUT_SECONDS", 15),
    rules,
  });
  const about = () => ({ service: settings.service, version: settings.version });
  await serve({
    settings,
    prepare: renderer.launch,
    finish: async () => {
      await renderer.close();
      egress.close();
    },
    routes: {
      "GET /": about,
      "GET /api": about,
      "GET /render": async (request, response) => {
        const { searchParams } = new URL(request.url, "http://localhost");
        const as = searchParams.get("as") ?? "html";
        if (!Object.hasOwn(types, as)) throw new HttpError(400, "as: expected html or pdf");
        const body = await renderer.render(searchParams.get("url") ?? "", as);
        response
          .writeHead(200, {
            "content-type": types[as],
            "content-length": body.length,
            "cache-control": "no-store",
            // whoever shows it as a page of ours lets nothing of it run
            "content-security-policy":
              "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
            "x-content-type-options": "nosniff",
          })
          .end(body);
      },
    },
  });
} catch (error) {
  log("fatal", "could not start", { error: String(error?.message ?? error) });
  process.exit(1);
}
