import { runtime } from "@pulumi/pulumi";

/** A value that the state holds as a secret. */
export interface Secret {
  /** Path of the value in the state. */
  readonly where: string;
  readonly text: string;
}

/** Shorter than a password or a key; `true` or a port would be found anywhere. */
const shortestSecret = 8;

/** Every text that is secret in a state exported with its secrets shown. */
export function plaintextSecrets(exported: string): readonly Secret[] {
  return secretsIn(JSON.parse(exported), "");
}

function secretsIn(value: unknown, where: string): readonly Secret[] {
  if (typeof value !== "object" || value === null) {
    return [];
  }
  const fields = new Map<string, unknown>(Object.entries(value));
  const plaintext = fields.get("plaintext");
  if (fields.get(runtime.specialSigKey) === runtime.specialSecretSig && typeof plaintext === "string") {
    return textsIn(JSON.parse(plaintext)).map((text) => ({ where, text }));
  }
  return [...fields].flatMap(([key, field]) => secretsIn(field, `${where}/${key}`));
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") {
    return value.length >= shortestSecret ? [value] : [];
  }
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
