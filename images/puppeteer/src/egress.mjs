import { lookup } from "node:dns/promises";
import { createServer, request as ask } from "node:http";
import { connect } from "node:net";
import ipaddr from "ipaddr.js";

/** Ports of the web; nothing else is a page. */
const webPorts = new Set([80, 443]);

/** How the proxy says that it was itself who refused (RFC 9209). */
export const refused = "egress; error=http_request_denied";

/** How long a name or a connection may take, milliseconds. */
const patience = 10_000;

/**
 * Whether a host may be asked: `allowed` has names, `.example.com` for all below one, and `*` for all that are public;
 * `internal` has `host:port` of those that may be private.
 */
export function createRules({ allowed, internal }) {
  const names = new Set(allowed.filter((entry) => !entry.startsWith(".")));
  const suffixes = allowed.filter((entry) => entry.startsWith("."));
  const isAllowed = (host) =>
    names.has("*") || names.has(host) || suffixes.some((suffix) => host.endsWith(suffix));
  return {
    isInternal: (host, port) => internal.includes(`${host}:${port}`),
    isAllowed: (host, port) =>
      internal.includes(`${host}:${port}`) || (webPorts.has(port) && isAllowed(host)),
  };
}

/** Whether an address is of the internet: not of the machine, of a network of ours, nor of a cloud's own services. */
export function isPublic(address) {
  // an IPv4 address in the clothes of IPv6 is taken for what it is
  return ipaddr.process(address).range() === "unicast";
}

/**
 * A proxy by which the browser asks for everything, redirects, frames and scripts as well: it looks names up itself and connects
 * to the very address that it has judged, so that a name can't be another one the second time (DNS rebinding).
 *
 * @returns the port on which it listens, on the machine's own address
 */
export async function startEgress(rules, resolve = lookup) {
  const addressOf = async (host, port) => {
    if (!rules.isAllowed(host, port)) throw new Error("host is not allowed");
    const found = await resolve(host, { all: true });
    const open = rules.isInternal(host, port) || found.every(({ address }) => isPublic(address));
    if (found.length === 0 || !open) throw new Error("address is not public");
    return found[0].address;
  };
  const server = createServer((request, response) => {
    const refuse = () => {
      if (!response.headersSent) response.writeHead(403, { "proxy-status": refused });
      response.end();
    };
    if (!URL.canParse(request.url)) return refuse();
    const { protocol, hostname, port, pathname, search } = new URL(request.url);
    if (protocol !== "http:") return refuse();
    const number = port === "" ? 80 : Number(port);
    const { "proxy-connection": _, "proxy-authorization": __, ...headers } = request.headers;
    addressOf(bare(hostname), number).then((address) => {
      const onward = { host: address, port: number, method: request.method, path: pathname + search };
      const passed = ask({ ...onward, headers, timeout: patience }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      passed.once("error", () => response.destroy()).once("timeout", () => passed.destroy());
      request.pipe(passed);
    }, refuse);
  });
  server.on("connect", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    const { host, port } = /^(?<host>.+):(?<port>\d+)$/.exec(request.url ?? "")?.groups ?? {};
    addressOf(bare(host ?? ""), Number(port)).then(
      (address) => {
        const onward = connect({ host: address, port: Number(port), timeout: patience });
        onward.once("error", () => socket.destroy()).once("timeout", () => onward.destroy());
        onward.once("connect", () => {
          onward.setTimeout(0);
          socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
          onward.write(head);
          onward.pipe(socket).pipe(onward);
        });
        socket.once("close", () => onward.destroy());
      },
      () => socket.end("HTTP/1.1 403 Forbidden\r\n\r\n"),
    );
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { port: server.address().port, close: () => server.close() };
}

/** Of `[::1]` the address. */
function bare(host) {
  return host.toLowerCase().replace(/^\[(.*)\]$/, "$1");
}
