/** Personal data and credentials that can be taken out of log lines and spans, by what they are. */
export const redactions = ["bearerToken", "cardNumber", "email", "ipAddress"] as const;
export type Redaction = (typeof redactions)[number];

/**
 * What is taken out unless a blueprint says otherwise. Addresses of the internet stay, by which attacks are looked into; under the
 * GDPR they are personal data (Court of Justice, C-582/14), and a blueprint that is held to it says so.
 */
export const defaultRedactions: readonly Redaction[] = ["bearerToken", "cardNumber", "email"];

/** How one kind of data looks in a line, and what stands there afterwards. */
export interface RedactionRule {
  /**
   * A regular expression with one group, which is what is taken out: in the syntax that RE2 (Alloy), Java and JavaScript share, so
   * that all read the same.
   */
  readonly pattern: string;
  /** What takes its place: no character of it means anything to JSON. */
  readonly replacement: string;
}

const octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";

/** First octets of addresses of the internet, but 172 and 192, which are both. */
const publicFirst =
  "(?:25[0-5]|2[0-4][0-9]|19[0134-9]|18[0-9]|17[0134-9]|1[3-6][0-9]|12[0-689]|1[01][0-9]|[2-9][0-9]|1[1-9]|[1-9])";
const notPrivate172 = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[4-9][0-9]|3[2-9]|1[0-5]|[0-9])";
const notPrivate192 = "(?:25[0-5]|2[0-4][0-9]|1[7-9][0-9]|16[0-79]|1[0-5][0-9]|[1-9]?[0-9])";

/** Digits of one card, four by four as people write them, or without anything between. */
const gap = "[ -]?";

/** Rules by what they take out. */
export const redactionRules: Readonly<Record<Redaction, RedactionRule>> = {
  // RFC 6750, section 2.1, RFC 7617, and what a JWT looks like wherever it stands (RFC 7515, section 3.1)
  bearerToken: {
    pattern:
      "\\b(?:[Bb]earer|BEARER|[Bb]asic|BASIC)\\s+([A-Za-z0-9._~+/-]{16,}=*)" +
      "|\\b(eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]*)",
    replacement: "[token]",
  },
  // Visa, Mastercard, American Express, Discover: by how their numbers begin and how long they are (ISO/IEC 7812), so that
  // times since 1970, which begin with 1, stay
  cardNumber: {
    pattern:
      `\\b(4[0-9]{3}${gap}[0-9]{4}${gap}[0-9]{4}${gap}[0-9]{4}` +
      `|(?:5[1-5][0-9]{2}|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720))${gap}[0-9]{4}${gap}[0-9]{4}${gap}[0-9]{4}` +
      `|3[47][0-9]{2}${gap}[0-9]{6}${gap}[0-9]{5}` +
      `|6(?:011|5[0-9]{2})${gap}[0-9]{4}${gap}[0-9]{4}${gap}[0-9]{4})\\b`,
    replacement: "[card]",
  },
  email: {
    pattern: "([A-Za-z0-9._%+-]+(?:@|%40)[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)*\\.[A-Za-z]{2,})",
    replacement: "[email]",
  },
  // those of private networks (RFC 1918) and of the host itself are pods' and nodes', and nobody's person
  ipAddress: {
    pattern:
      `\\b((?:${publicFirst}\\.${octet}|172\\.${notPrivate172}|192\\.${notPrivate192})\\.${octet}\\.${octet})\\b` +
      "|\\b([23][0-9a-fA-F]{3}:(?:[0-9a-fA-F]{0,4}:){1,6}[0-9a-fA-F]{0,4})",
    replacement: "[ip]",
  },
};

/**
 * What a stack takes out, each once and in one order: tokens first, which may hold what looks like the others.
 */
export function redactionsOf(asked: readonly Redaction[]): readonly RedactionRule[] {
  return redactions.filter((kind) => asked.includes(kind)).map((kind) => redactionRules[kind]);
}
