import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request } from "node:http";
import { after, before, test } from "node:test";
import { createRules, isPublic, startEgress } from "../src/egress.mjs";

let site;
let sitePort;
const asked = [];

before(async () => {
  site = createServer((incoming, response) => {
    asked.push(incoming.headers.host);
    response.end("here");
  }).listen(0, "127.0.0.1");
  await once(site, "listening");
  sitePort = site.address().port;
});
after(() => site.close());

/** Asks by the proxy, with `CONNECT` or as for a page without TLS. */
function ask(proxy, url) {
  return new Promise((resolve, reject) => {
    request(
      { host: "127.0.0.1", port: proxy.port, path: url, headers: { host: new URL(url).host } },
      (response) => response.resume().once("end", () => resolve(response.statusCode)),
    )
      .once("error", reject)
      .end();
  });
}

function tunnel(proxy, authority) {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port: proxy.port, method: "CONNECT", path: authority })
      .once("connect", ({ statusCode }, socket) => {
        socket.destroy();
        resolve(statusCode);
      })
      .once("error", reject)
      .end();
  });
}

const resolving = (addresses) => async (host) =>
  (addresses[host] ?? []).map((address) => ({ address, family: 4 }));

test("addresses of the machine, of networks and of clouds are not public", () => {
  const own = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
  ];
  const sixes = [
    "::1",
    "fd00::1",
    "fe80::1",
    "::ffff:10.0.0.1",
    "fd00:ec2::254",
    "64:ff9b::a00:1",
    "2002:a00:1::",
  ];
  for (const address of [...own, ...sixes]) assert.equal(isPublic(address), false, address);
  for (const address of ["93.184.215.14", "2606:2800:21f:cb07::1"])
    assert.equal(isPublic(address), true, address);
});

test("nobody is allowed unless it is said", () => {
  const none = createRules({ allowed: [], internal: [] });
  assert.equal(none.isAllowed("example.com", 443), false);
  const some = createRules({ allowed: ["example.com", ".example.org"], internal: ["frontend:3000"] });
  const allowed = (host, port = 443) => some.isAllowed(host, port);
  assert.deepEqual(
    [allowed("example.com"), allowed("a.example.org"), allowed("frontend", 3000)],
    [true, true, true],
  );
  assert.deepEqual(
    [
      allowed("a.example.com"),
      allowed("example.org"),
      allowed("badexample.org"),
      allowed("example.com", 22),
      allowed("frontend", 80),
    ],
    [false, false, false, false, false],
  );
});

test("a name of a private address is refused, whatever its other addresses are", async () => {
  const rules = createRules({ allowed: ["*"], internal: [] });
  const names = {
    inside: ["10.0.0.1"],
    both: ["93.184.215.14", "169.254.169.254"],
    nowhere: [],
  };
  const proxy = await startEgress(rules, resolving(names));
  for (const host of Object.keys(names)) {
    assert.equal(await tunnel(proxy, `${host}:443`), 403, host);
    assert.equal(await ask(proxy, `http://${host}/`), 403, host);
  }
  assert.equal(await tunnel(proxy, "[::1]:443"), 403);
  assert.equal(await ask(proxy, "http://127.0.0.1/"), 403);
  proxy.close();
});

test("what is internal and named is asked, at the address that was judged", async () => {
  const rules = createRules({ allowed: [], internal: [`frontend:${sitePort}`] });
  const proxy = await startEgress(rules, resolving({ frontend: ["127.0.0.1"] }));
  assert.equal(await ask(proxy, `http://frontend:${sitePort}/`), 200);
  assert.deepEqual(asked, [`frontend:${sitePort}`]);
  assert.equal(await tunnel(proxy, `frontend:${sitePort}`), 200);
  proxy.close();
});
