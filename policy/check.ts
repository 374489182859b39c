import ipaddr from "ipaddr.js";
import { MalformedError, secretMask } from "./malformed";
import type { Verdict } from "./rule";
import { cannotTell, isUnknownValue } from "./unknown";

/** A setting's value for a message: JSON, or `not set`. Never used on what may be a secret. */
export function show(value: unknown): string {
  return value === undefined || value === null ? "not set" : JSON.stringify(value);
}

/** True for `true`, and for `"true"`: some bridged booleans are strings. */
export function isTrue(value: unknown): boolean {
  return value === true || value === "true";
}

/** Breach unless the setting is on; one that is not set is off. */
export function mustBeOn(value: unknown, path: string): Verdict {
  return !isTrue(value) && `${path} is ${show(value)}, expected true`;
}

/** Breach unless the setting is off in so many words: the cloud's default is on. */
export function mustBeOff(value: unknown, path: string): Verdict {
  return !(value === false || value === "false") && `${path} is ${show(value)}, expected false`;
}

/** Breach where the setting is on; one that is not set is off. */
export function mustNotBeOn(value: unknown, path: string): Verdict {
  return isTrue(value) && `${path} is ${show(value)}, expected false or not set`;
}

/** Breach unless the value is one of those allowed. */
export function mustBeOneOf(value: unknown, allowed: readonly unknown[], path: string): Verdict {
  return !allowed.includes(value) && `${path} is ${show(value)}, expected ${allowed.map(show).join(" or ")}`;
}

/** Breach unless the number is there and large enough. */
export function mustBeAtLeast(value: unknown, least: number, path: string): Verdict {
  return (
    !(typeof value === "number" && value >= least) && `${path} is ${show(value)}, expected at least ${least}`
  );
}

/** Breach unless the list holds everything asked. */
export function mustHold(
  value: readonly unknown[] | undefined,
  asked: readonly string[],
  path: string,
): Verdict {
  const missing = asked.filter((item) => !(value ?? []).includes(item));
  return missing.length > 0 && `${path} lacks ${missing.join(", ")}`;
}

/** Breach unless the property is set; a value that is known only after the update is set. */
export function mustBeSet<T extends object>(
  holder: T | undefined,
  key: keyof T & string,
  path: string = key,
): Verdict {
  return !isSet(holder, key) && `${path} is not set`;
}

/** True when the property holds anything, known yet or not. */
export function isSet<T extends object>(holder: T | undefined, key: keyof T & string): boolean {
  try {
    const value = holder?.[key];
    return value !== undefined && value !== null && value !== "";
  } catch (error) {
    if (isUnknownValue(error)) return true;
    throw error;
  }
}

/**
 * An object where a rule needs one; of a masked one no verdict is due.
 *
 * @throws MalformedError where something else stands there
 */
export function objectAt<T extends object>(
  value: T | string | null | undefined,
  path: string,
): T | undefined {
  if (value === secretMask) return cannotTell(path);
  if (typeof value === "string") throw new MalformedError(`${path} is a text, expected an object`);
  return value ?? undefined;
}

/** True for a block that holds every address, or so many (an IPv4 one wider than /8) that it is none of one's own. */
export function isOpenToAll(cidr: unknown): boolean {
  return typeof cidr === "string" && /^(\d+(\.\d+){3}\/[0-7]|(::|0:0:0:0:0:0:0:0)\/0)$/.test(cidr.trim());
}

/** Number of leading bits of a CIDR block; 0 for what is none, which is the widest. */
export function prefixLength(cidr: unknown): number {
  const bits = typeof cidr === "string" ? /\/(\d{1,3})$/.exec(cidr.trim())?.[1] : undefined;
  return bits === undefined ? 0 : Number(bits);
}

/** True for a block that lies within one of the others; false for what is no block. */
export function isWithin(cidr: unknown, blocks: readonly string[]): boolean {
  if (typeof cidr !== "string" || !ipaddr.isValidCIDR(cidr)) return false;
  const [address, bits] = ipaddr.parseCIDR(cidr);
  return blocks
    .filter((block) => ipaddr.isValidCIDR(block))
    .map((block) => ipaddr.parseCIDR(block))
    .some(
      ([network, prefix]) =>
        network.kind() === address.kind() && bits >= prefix && address.match(network, prefix),
    );
}

/** Blocks that the internet does not route: RFC 1918, the shared space of RFC 6598, and unique local addresses, RFC 4193. */
const privateBlocks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"];

/** True for a block whose addresses can't be on the internet. */
export function isPrivateBlock(cidr: unknown): boolean {
  return isWithin(cidr, privateBlocks);
}

/** What a credential looks like wherever it stands: AWS and Google keys, PEM keys, JWTs, Vault, GitHub and Slack tokens. */
const credentialPatterns = [
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\bAIza[0-9A-Za-z_-]{35}\b/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\./,
  /\bhv[sb]\.[A-Za-z0-9_-]{20,}/,
  /\bgh[pousr]_[A-Za-z0-9]{36}\b/,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/,
  /hooks\.slack\.com\/services\/T[A-Z0-9]+\/B[A-Z0-9]+\/[A-Za-z0-9]+/,
  /\b[a-z][a-z0-9+.-]*:\/\/[^\s:@/]+:[^\s@/$%{]+@/i,
];

/** True when the text holds what looks like a credential. */
export function holdsCredential(text: unknown): boolean {
  return typeof text === "string" && credentialPatterns.some((pattern) => pattern.test(text));
}

/** True for a name that ends in what a secret is called: `adminPassword`, `SLACK_TOKEN`, but not `passwordSecretName`. */
export function isSecretName(name: string): boolean {
  return /(password|passwd|passphrase|token|api[-_]?key|private[-_]?key|access[-_]?key|secret[-_]?key|client[-_]?secret|routing[-_]?key|credentials?)$/i.test(
    name,
  );
}
