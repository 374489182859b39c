import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** What came of a load. */
export interface Load {
  readonly answered: number;
  /** Why those were not answered, or not well, that were not. */
  readonly lost: readonly string[];
  /** What readiness said when it no longer was. */
  readonly unready: number | undefined;
}

/** Clients that ask at the same time. */
const clients = 8;

/**
 * Sends requests as a load balancer does: by connections that it keeps, for as long as it hears that the service is ready.
 */
export async function loadUntilUnready(url: string, path = "/api/healthz"): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const lost: string[] = [];
  let answered = 0;
  let unready: number | undefined;
  let isReady = true;
  const client = async () => {
    while (isReady) {
      await ask(url + path, agent).then(
        (status) => (status === 200 ? (answered += 1) : lost.push(`answered ${status}`)),
        (error: unknown) => lost.push(String(error)),
      );
    }
  };
  const poll = async () => {
    while (isReady) {
      unready = await ask(`${url}/readyz`).catch(() => undefined);
      isReady = unready === 200;
      await sleep(50);
    }
  };
  await Promise.all([poll(), ...Array.from({ length: clients }, client)]);
  agent.destroy();
  return { answered, lost, unready };
}

function ask(url: string, agent?: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { agent: agent ?? false }, (response) => {
      response.resume().once("end", () => {
        resolve(response.statusCode ?? 0);
      });
    })
      .once("error", reject)
      .end();
  });
}

/** A request whose body has begun, and goes on when it is told to. */
export interface SlowUpload {
  readonly bytes: number;
  readonly finish: () => Promise<{ readonly status: number | undefined; readonly bytes: number }>;
}

/** Begins to send a body of 2,000 bytes. */
export async function slowUpload(url: string): Promise<SlowUpload> {
  const part = Buffer.alloc(1000, "x");
  const upload = request(`${url}/api/digest`, {
    method: "POST",
    agent: false,
    headers: { "content-length": 2 * part.length },
  });
  const answer = new Promise<{ status: number | undefined; bytes: number }>((resolve, reject) => {
    upload.once("error", reject).once("response", (response) => {
      let text = "";
      response
        .setEncoding("utf8")
        .on("data", (some: string) => (text += some))
        .once("error", reject)
        .once("end", () => {
          resolve({ status: response.statusCode, bytes: Number(/"bytes": ?(\d+)/.exec(text)?.[1]) });
        });
    });
  });
  // it may be cut off before anybody waits for it
  answer.catch(() => undefined);
  await new Promise((resolve) => upload.write(part, resolve));
  // until it is there, and a handler has it
  await sleep(200);
  return {
    bytes: 2 * part.length,
    finish: () => {
      upload.end(part);
      return answer;
    },
  };
}
