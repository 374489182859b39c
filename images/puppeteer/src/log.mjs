/**
 * Writes a line of JSON to stdout, by the names that the platform's logs are searched by. Nothing of who asked is in it: no
 * address, no query, no body.
 */
export function log(level, message, fields = {}) {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`);
}
