import { randomBytes } from "node:crypto";

/** Bytes of a password: nobody guesses 144 bits. */
const passwordBytes = 18;

/**
 * The `.env` file with a password for each name. Those that it has stay: a store keeps the one that it was made with.
 *
 * @param current the file as it is, empty where there is none
 */
export function environmentFile(
  current: string,
  names: readonly string[],
  password: () => string = () => randomBytes(passwordBytes).toString("base64url"),
): string {
  const had = new Set(current.split("\n").map((line) => line.split("=", 1)[0]));
  const added = names.filter((name) => !had.has(name)).map((name) => `${name}=${password()}\n`);
  const kept = current === "" || current.endsWith("\n") ? current : `${current}\n`;
  return kept + added.join("");
}
