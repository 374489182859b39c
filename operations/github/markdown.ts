import { stripVTControlCharacters } from "node:util";

/**
 * Longest body that GitHub takes of a comment or an issue, characters
 * (https://github.com/orgs/community/discussions/41331: 65,536), less what we write around the text.
 */
export const maxBody = 65_536;

/** What takes the place of a secret. */
export const hidden = "[hidden]";

/**
 * What looks like a secret, though Pulumi has masked what it knows to be one: a line of a provider's error may quote another. The
 * first group, where there is one, stays.
 */
const secrets: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  // AWS: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
  /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/g,
  // Google: an API key, and an access token of OAuth
  /\bAIza[0-9A-Za-z_-]{35}/g,
  /\bya29\.[0-9A-Za-z_-]+/g,
  // GitHub: https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
  /\bgh[pousr]_[0-9A-Za-z]{36,}/g,
  /\bgithub_pat_[0-9A-Za-z_]{22,}/g,
  // Slack's tokens, and the address that is itself the right to write
  /\bxox[abeprs]-[0-9A-Za-z-]+/g,
  /https:\/\/hooks\.slack\.com\/services\/[^\s"'`]+/g,
  // Pulumi's own
  /\bpul-[0-9a-f]{40}\b/g,
  // a JSON web token
  /\beyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]*/g,
  // a password in an address
  /(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:)[^\s/@]+(?=@)/gi,
  // a name that says what it is, and a value in quotes
  /((?:password|passwd|secret|token|api[_-]?key|private[_-]?key)[\w-]*["']?\s*[:=]\s*)"(?!\[secret\])[^"\n]+"/gi,
];

/** A text without colours, and without what looks like a secret. */
export function withoutSecrets(text: string): string {
  return secrets.reduce(
    (cleaned, pattern) =>
      cleaned.replace(pattern, (_match, kept: unknown) => `${typeof kept === "string" ? kept : ""}${hidden}`),
    stripVTControlCharacters(text),
  );
}

/** A text as a block of code that nothing in it can end, of at most so many characters: its beginning and its end. */
export function codeBlock(text: string, most: number): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(Math.max(3, longest + 1));
  const around = `${fence}\n\n${fence}`.length;
  return `${fence}\n${shortened(text.trimEnd(), Math.max(0, most - around))}\n${fence}`;
}

/** The beginning and the end of a text: what a preview sums up stands at the end. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const said = (left: number) => `\n… ${left} characters are left out; the run has them all …\n`;
  const room = most - said(text.length).length;
  if (room <= 0) return text.slice(0, most);
  const head = Math.ceil(room / 2);
  const tail = room - head;
  return `${text.slice(0, head)}${said(text.length - room)}${text.slice(text.length - tail)}`;
}
