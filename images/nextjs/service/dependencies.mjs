import { connect } from "node:net";

/** How long anything may take to answer, milliseconds. */
const patience = 2000;

/** URLs of what is no service of the system. */
const notPeers = /^(BUCKET|SEARCH)_URL$|_QUEUE_URL$/;

/** Services that it may call, by the names of their variables: `ML_SERVICE_URL`, `http://ml-service`. */
export function peersOf(environment) {
  return Object.fromEntries(
    Object.entries(environment)
      .filter(([name, value]) => /^[A-Z][A-Z0-9_]*_URL$/.test(name) && !notPeers.test(name) && isHttp(value))
      .map(([name, value]) => [name.slice(0, -"_URL".length).toLowerCase().replaceAll("_", "-"), value]),
  );
}

function isHttp(text) {
  return URL.canParse(text) && new URL(text).protocol === "http:";
}

/** Where its stores answer, of those that say it by host and port; the credential that each wants stands elsewhere. */
export function storesOf(environment) {
  const { PGHOST, PGPORT, MYSQL_HOST, MYSQL_PORT, REDIS_HOST, REDIS_PORT } = environment;
  const { KAFKA_BOOTSTRAP_SERVERS = "", MONGODB_URI = "", SEARCH_URL = "", MILVUS_URI = "" } = environment;
  // a `mongodb+srv` names a record in DNS and no host
  const mongo = /^mongodb:\/\/(?:[^@/]*@)?([^,/?]+)/.exec(MONGODB_URI)?.[1];
  const places = {
    postgres: place(PGHOST, PGPORT ?? "5432"),
    mysql: place(MYSQL_HOST, MYSQL_PORT ?? "3306"),
    redis: place(REDIS_HOST, REDIS_PORT ?? "6379"),
    kafka: placeIn(KAFKA_BOOTSTRAP_SERVERS.split(",")[0]),
    mongo: placeIn(mongo),
    search: ofUrl(SEARCH_URL),
    vectors: ofUrl(MILVUS_URI),
  };
  return Object.fromEntries(Object.entries(places).filter(([, known]) => known !== undefined));
}

function place(host, port) {
  return host === undefined || host === "" ? undefined : { host, port: Number(port) };
}

function placeIn(text) {
  const { host, port } = /^(?<host>.+):(?<port>\d+)$/.exec(text ?? "")?.groups ?? {};
  return place(host, port);
}

function ofUrl(text) {
  if (!URL.canParse(text)) return undefined;
  const { hostname, port, protocol } = new URL(text);
  return place(hostname, port === "" ? (protocol === "https:" ? 443 : 80) : port);
}

/** Whether peers answer and stores take connections: what names, network policies and sign-ins let through, at this moment. */
export async function askDependencies(environment, metrics) {
  const [peers, stores] = await Promise.all([
    all(peersOf(environment), (url) => askPeer(new URL("/livez", url), metrics)),
    askStores(environment),
  ]);
  return { peers, stores };
}

/** Whether its stores take connections. */
export function askStores(environment) {
  return all(storesOf(environment), askStore);
}

async function all(named, ask) {
  return Object.fromEntries(
    await Promise.all(Object.entries(named).map(async ([name, value]) => [name, await ask(value)])),
  );
}

async function askPeer(url, metrics) {
  const begun = process.hrtime.bigint();
  const seconds = () => Number(process.hrtime.bigint() - begun) / 1e9;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(patience), redirect: "error" });
    await response.body?.cancel();
    metrics.called({ method: "GET", url, status: response.status, seconds: seconds() });
    return response.ok ? "ok" : `answers ${response.status}`;
  } catch (error) {
    const timedOut = error?.name === "TimeoutError";
    metrics.called({ method: "GET", url, error: timedOut ? "timeout" : "connection", seconds: seconds() });
    return timedOut ? "timeout" : "unreachable";
  }
}

function askStore({ host, port }) {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: patience });
    const say = (word) => () => {
      socket.destroy();
      resolve(word);
    };
    socket
      .once("connect", say("reachable"))
      .once("timeout", say("timeout"))
      .once("error", say("unreachable"));
  });
}
