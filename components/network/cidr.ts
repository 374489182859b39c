import * as pulumi from "@pulumi/pulumi";
import { IPv4 } from "ipaddr.js";

/** An IPv4 block, checked. Addresses are numbers, so that blocks can be compared and cut. */
export interface Cidr {
  /** As written, such as `10.0.0.0/16`. */
  readonly text: string;
  /** Length of the network's part, bits. */
  readonly prefix: number;
  /** First address, which is the network's own. */
  readonly first: number;
  /** Last address, the broadcast one. */
  readonly last: number;
}

/** A block that can't be used, and why. */
export class CidrError extends pulumi.RunError {
  constructor(
    /** What would have been right, for a caller that names its own key. */
    readonly expected: string,
    readonly got: string,
  ) {
    super(`cidr: expected ${expected}, got ${got}`);
    this.name = "CidrError";
  }
}

/** Reads a block in CIDR notation: four decimal parts, a prefix, no host bits. Throws {@link CidrError}. */
export function parseCidr(text: string): Cidr {
  // isValidCIDR alone would let in octal and hexadecimal parts, and 10.1/16; the pattern a prefix of /016
  if (!IPv4.isValidCIDRFourPartDecimal(text) || /\/0\d/.test(text)) {
    throw new CidrError("an IPv4 block in CIDR notation, such as 10.0.0.0/16", `"${text}"`);
  }
  const [address, prefix] = IPv4.parseCIDR(text);
  const network = IPv4.networkAddressFromCIDR(text);
  if (network.toString() !== address.toString()) {
    throw new CidrError(`${network.toString()}/${prefix}, with no host bits set`, `"${text}"`);
  }
  const first = toNumber(network);
  return { text, prefix, first, last: first + 2 ** (32 - prefix) - 1 };
}

/** True where the two share an address. */
export function cidrsOverlap(a: string, b: string): boolean {
  const [one, other] = [parseCidr(a), parseCidr(b)];
  return one.first <= other.last && other.first <= one.last;
}

/** True where every address of `inner` is one of `outer`. */
export function cidrContains(outer: string, inner: string): boolean {
  const [whole, part] = [parseCidr(outer), parseCidr(inner)];
  return whole.first <= part.first && part.last <= whole.last;
}

/** True for a block within RFC 1918: 10/8, 172.16/12, 192.168/16. */
export function isRfc1918(text: string): boolean {
  return ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].some((range) => cidrContains(range, text));
}

/** True for a block within RFC 1918 or RFC 6598 (100.64/10). */
export function isPrivateCidr(text: string): boolean {
  return isRfc1918(text) || cidrContains("100.64.0.0/10", text);
}

/** The `index`th block of `prefix` bits within `outer`, from 0. */
export function subnetOf(outer: string, prefix: number, index: number): string {
  const { first, prefix: outerPrefix } = parseCidr(outer);
  const count = 2 ** (prefix - outerPrefix);
  if (prefix < outerPrefix || prefix > 32 || index < 0 || index >= count) {
    throw new RangeError(`subnetOf: expected a block within ${outer}, got number ${index} of /${prefix}`);
  }
  return `${toAddress(first + index * 2 ** (32 - prefix))}/${prefix}`;
}

function toNumber(address: IPv4): number {
  return address.toByteArray().reduce((value, octet) => value * 256 + octet, 0);
}

function toAddress(value: number): string {
  return new IPv4([24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff)).toString();
}
