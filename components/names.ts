import { createHash } from "node:crypto";

/** Hex digits that stand for what was cut: among a thousand cut names, one chance in 500 that two are the same. */
const digestLength = 7;

/**
 * A physical name of at most `limit` characters: the parts joined by dashes, in lower case, anything but letters and
 * digits a dash. A longer one is cut and ends in digits of its whole, so that names which differ stay different.
 */
export function physicalName(limit: number, ...parts: readonly string[]): string {
  const whole = parts
    .join("-")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  if (whole.length <= limit) return whole;
  const kept = limit - digestLength - 1;
  if (kept < 1) {
    throw new RangeError(`physicalName: expected a limit of ${digestLength + 2} or more, got ${limit}`);
  }
  return `${whole.slice(0, kept).replace(/-+$/, "")}-${digest(whole)}`;
}

/** A dash and seven digits, which Pulumi's auto-naming adds to a logical name. */
export const autoNameLength = 8;

/**
 * A logical name from which Pulumi makes a physical one of at most `limit` characters: the name itself where that fits, as
 * it nearly always does. Keys are joined to it by dashes.
 */
export function autoNamed(limit: number, name: string, ...keys: readonly string[]): string {
  return physicalName(limit - autoNameLength, name, ...keys);
}

/** Seven hex digits that stand for a text, always the same. */
export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, digestLength);
}
