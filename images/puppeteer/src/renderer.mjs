import puppeteer from "puppeteer-core";
import { log } from "./log.mjs";
import { refused } from "./egress.mjs";
import { HttpError } from "./service.mjs";

/** Largest page that is answered with, bytes. */
const maxBytes = 10 * 2 ** 20;

/** How long a closed page may take to let go, milliseconds. */
const closingTimeout = 5000;

/**
 * `--no-sandbox`: Chromium's own wall needs user namespaces or a setuid helper, of which the pod's seccomp profile and its
 * missing privileges leave neither. The pod is the wall: its own user without capabilities, a read-only root, the runtime's
 * seccomp profile, no account of Kubernetes, and no way to a private address by network policy.
 */
const flags = [
  "--no-sandbox",
  "--disable-dns-prefetch",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  // nothing goes by UDP, past the proxy
  "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
  "--disable-quic",
];

/**
 * Renders pages, so many at a time, each in a profile of its own that is thrown away.
 *
 * @param start starts a browser; a test's own
 */
export function createRenderer({
  executable,
  proxyPort,
  concurrency,
  timeoutSeconds,
  rules,
  start = (options) => puppeteer.launch(options),
}) {
  const timeout = timeoutSeconds * 1000;
  let browser;
  let launching;
  let open = 0;

  /** One browser, however many ask while there is none. */
  function launch() {
    launching ??= started().finally(() => {
      launching = undefined;
    });
    return launching;
  }

  async function started() {
    const one = await start({
      executablePath: executable,
      args: [...flags, `--proxy-server=http://127.0.0.1:${proxyPort}`, "--proxy-bypass-list=<-loopback>"],
      // we are told to stop, and let pages be finished first
      handleSIGTERM: false,
      handleSIGINT: false,
      handleSIGHUP: false,
      timeout: 30_000,
      // what has no limit of its own, as the page's content: a page that never answers would keep its place
      protocolTimeout: timeout,
      // none of ours, among which are secrets; it writes to its home, which a read-only root has not
      env: {
        PATH: process.env.PATH,
        HOME: "/tmp",
        XDG_CONFIG_HOME: "/tmp/config",
        XDG_CACHE_HOME: "/tmp/cache",
      },
    });
    one.once("disconnected", () => {
      if (browser === one) browser = undefined;
    });
    browser = one;
  }

  /** Closes the browser, one that is being started as well. */
  async function close() {
    await launching?.catch(() => undefined);
    await browser?.close();
  }

  async function render(target, as) {
    const url = parse(target, rules);
    if (open >= concurrency) throw new HttpError(429, `${concurrency} pages are being rendered`);
    open += 1;
    let context;
    try {
      if (browser === undefined) {
        log("warn", "the browser is started again");
        await launch();
      }
      context = await browser.createBrowserContext();
      const page = await context.newPage();
      page.setDefaultTimeout(timeout);
      const response = await page.goto(url.href, { waitUntil: "networkidle2", timeout });
      if (response?.headers()["proxy-status"] === refused) {
        throw new HttpError(403, "host is not allowed");
      }
      const body =
        as === "pdf" ? Buffer.from(await page.pdf({ timeout })) : Buffer.from(await page.content());
      if (body.length > maxBytes) throw new HttpError(502, `page has more than ${maxBytes} bytes`);
      return body;
    } catch (error) {
      throw asHttpError(error);
    } finally {
      await closed(context);
      open -= 1;
    }
  }

  return { launch, render, close };
}

function parse(target, rules) {
  if (!URL.canParse(target)) throw new HttpError(400, "url: expected one of http or https");
  const url = new URL(target);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new HttpError(400, "url: expected one of http or https");
  }
  if (url.username !== "" || url.password !== "") throw new HttpError(400, "url: expected no credentials");
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  if (!rules.isAllowed(url.hostname, port)) throw new HttpError(403, "host is not allowed");
  return url;
}

function asHttpError(error) {
  if (error instanceof HttpError) return error;
  const late =
    error?.name === "TimeoutError" ||
    (error?.name === "ProtocolError" && / timed out\./.test(String(error.message)));
  if (late) return new HttpError(504, "page took too long");
  // what the page could not be had for is the page's, or the proxy's, and no failure of ours
  if (/net::ERR_/.test(String(error?.message))) return new HttpError(502, "page could not be loaded");
  return error;
}

async function closed(context) {
  if (context === undefined) return;
  const limit = new Promise((resolve) => setTimeout(resolve, closingTimeout).unref());
  await Promise.race([context.close().catch(() => undefined), limit]);
}
