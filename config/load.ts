import * as pulumi from "@pulumi/pulumi";
import { MissingSecretError } from "./errors";
import { parseStackFile } from "./parse";
import { type StackConfig, resolve } from "./resolve";
import { presetFor } from "./complete";
import { secretKeys, type SecretKey, type StackFile } from "./schema";
import { mongoHostingOf } from "./stores";

/** Reads and checks the stack's configuration, and merges it with its blueprint. The only reader of `pulumi.Config`. */
export function loadConfig(): StackConfig {
  const namespace = `${pulumi.getProject()}:`;
  const values: Record<string, string> = {};
  for (const [key, value] of Object.entries(pulumi.runtime.allConfig())) {
    if (key.startsWith(namespace)) values[key.slice(namespace.length)] = value;
  }
  const file = parseStackFile(values, (key) => isSecret(namespace + key));

  const missing = (Object.keys(secretKeys) as SecretKey[]).filter(
    (key) => !(key in values) && isNeeded(key, file),
  );
  if (missing.length > 0) throw new MissingSecretError(missing);

  const config = new pulumi.Config();
  const secrets: Partial<Record<SecretKey, pulumi.Output<string>>> = {};
  for (const key of Object.keys(secretKeys) as SecretKey[]) {
    if (key in values) secrets[key] = config.requireSecret(key);
  }
  return resolve(file, secrets);
}

function isNeeded(key: SecretKey, file: StackFile): boolean {
  const { environment, images } = file;
  if (key === "registryPassword") return images.username !== undefined;
  if (key === "mongodbAtlasClientSecret") return mongoHostingOf(file, presetFor(file)) === "atlas";
  return (secretKeys[key] as readonly string[]).includes(environment);
}

/** Whether the engine handed the key over as a secret. The SDK has this function and leaves it out of its types. */
function isSecret(key: string): boolean {
  return (pulumi.runtime as unknown as { isConfigSecret(key: string): boolean }).isConfigSecret(key);
}
