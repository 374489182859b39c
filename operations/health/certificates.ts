import { isIP } from "node:net";
import { connect } from "node:tls";
import { messageOf } from "../../preview/errors";
import type { Check } from "./check";

/** Days that a certificate has to be good for: it is renewed thirty days before its end, and so something is wrong by then. */
export const leastDays = 14;

const dayMilliseconds = 86_400_000;
const timeoutMilliseconds = 5_000;

/** The end of the certificate that a host shows, as a date; of one that nobody should accept too. */
export type CertificateOf = (host: string) => Promise<{ readonly validTo: Date; readonly trusted: boolean }>;

/** {@link CertificateOf} over the network, of `host` or `host:port`. */
export const certificateOf: CertificateOf = (host) =>
  new Promise((resolve, reject) => {
    const [name = host, port = "443"] = host.split(":");
    // it has to be seen to be judged; nothing is sent over the connection
    const socket = connect({
      host: name,
      port: Number(port),
      ...(isIP(name) === 0 && { servername: name }),
      rejectUnauthorized: false,
    });
    socket.setTimeout(timeoutMilliseconds, () => {
      socket.destroy(new Error("no answer in time"));
    });
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      const { valid_to: validTo } = socket.getPeerCertificate();
      resolve({ validTo: new Date(validTo), trusted: socket.authorized });
      socket.end();
    });
  });

/** Whether a host's certificate is good for long enough. */
export async function checkCertificate(host: string, of: CertificateOf, now: Date): Promise<Check> {
  const check = { kind: "certificate", what: host } as const;
  try {
    const { validTo, trusted } = await of(host);
    const days = Math.floor((validTo.getTime() - now.getTime()) / dayMilliseconds);
    const seen = `${days} days left${trusted ? "" : ", and no client trusts it"}`;
    return { ...check, state: trusted && days >= leastDays ? "ok" : "bad", seen };
  } catch (error) {
    return { ...check, state: "unknown", seen: `not seen: ${messageOf(error)}` };
  }
}
