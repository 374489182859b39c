import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ProtocolError } from "puppeteer-core";
import { createRules } from "../src/egress.mjs";
import { createRenderer } from "../src/renderer.mjs";

/** Starts browsers that take a moment, and counts them; a page's content is what `content` says. */
function browsers({ fails = 0, content = async () => "<p>here</p>" } = {}) {
  const started = [];
  const start = async (options) => {
    const browser = new EventEmitter();
    browser.closed = false;
    browser.close = async () => {
      browser.closed = true;
      browser.emit("disconnected");
    };
    browser.createBrowserContext = async () => ({
      close: async () => {},
      newPage: async () => ({ setDefaultTimeout() {}, goto: async () => null, content }),
    });
    browser.options = options;
    started.push(browser);
    await sleep(5);
    if (started.length <= fails) throw new Error("no browser");
    return browser;
  };
  const renderer = createRenderer({
    concurrency: 4,
    timeoutSeconds: 2,
    rules: createRules({ allowed: ["example.com"], internal: [] }),
    start,
  });
  const render = () => renderer.render("https://example.com/", "html");
  return { started, renderer, render };
}

test("pages that come at once while there is no browser share the one that is started", async () => {
  const { started, renderer, render } = browsers();
  const bodies = await Promise.all([render(), render(), render(), renderer.launch()]);
  assert.equal(String(bodies[2]), "<p>here</p>");
  assert.equal(started.length, 1);
  // it goes away, and the next ones share another
  started[0].emit("disconnected");
  await Promise.all([render(), render()]);
  assert.equal(started.length, 2);
  await renderer.close();
  assert.equal(started[1].closed, true);
});

test("a browser that could not be started is started again for the next page", async () => {
  const { started, render } = browsers({ fails: 1 });
  const ended = await Promise.allSettled([render(), render()]);
  assert.deepEqual(
    ended.map(({ status }) => status),
    ["rejected", "rejected"],
  );
  await render();
  assert.equal(started.length, 2);
});

test("closing waits for a browser that is being started, and closes it", async () => {
  const { started, renderer } = browsers();
  const launched = renderer.launch();
  await renderer.close();
  await launched;
  assert.deepEqual(
    started.map(({ closed }) => closed),
    [true],
  );
});

test("a page that never says what is on it takes too long", async () => {
  const content = async () => {
    throw new ProtocolError("Runtime.callFunctionOn timed out. Increase the 'protocolTimeout' setting");
  };
  const { started, render } = browsers({ content });
  await assert.rejects(render(), { status: 504, message: "page took too long" });
  // milliseconds: as long as a page may take
  assert.equal(started[0].options.protocolTimeout, 2000);
});
