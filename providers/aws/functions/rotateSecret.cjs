"use strict";
/*
 * Gives a secret of Secrets Manager a new random value: what AWS calls for each of the four steps of a rotation.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 *
 * By itself the value is nobody's password anywhere else: its readers fetch it, and so there is nothing to set. It is never
 * logged. Each step can run twice: AWS repeats one that failed.
 */
const { randomBytes } = require("node:crypto");

const bytes = 48;

/** Random bytes, which are set nowhere. */
const randomValue = {
  make: () => randomBytes(bytes).toString("base64"),
  isOurs: (value) => value !== undefined && Buffer.from(value, "base64").length === bytes,
  set: async () => undefined,
  settled: async () => undefined,
};

/**
 * @param secrets a client of Secrets Manager: `getSecretValue`, `putSecretValue`, `describeSecret`,
 *   `updateSecretVersionStage`, each as the SDK names it
 * @param kind of value: `make` makes one, `isOurs` knows one, `set` sets it where it is used and `settled` waits until it is
 */
function rotation(secrets, kind = randomValue) {
  /** Makes a value for the pending version, unless an earlier try has. */
  async function createSecret(SecretId, token) {
    if ((await pendingValue(SecretId, token)) !== undefined) return;
    await secrets.putSecretValue({
      SecretId,
      ClientRequestToken: token,
      SecretString: kind.make(),
      VersionStages: ["AWSPENDING"],
    });
  }

  /** Reads the value back, and refuses to let anything but a value of ours become the current one. */
  async function testSecret(SecretId, token) {
    if (!kind.isOurs(await pendingValue(SecretId, token))) {
      throw new Error("testSecret: expected a pending value of ours, got something else");
    }
    await kind.settled();
  }

  /** Makes the pending version the current one; what was current becomes AWSPREVIOUS by itself. */
  async function finishSecret(SecretId, token, stages) {
    const current = Object.keys(stages).find((version) => stages[version].includes("AWSCURRENT"));
    await secrets.updateSecretVersionStage({
      SecretId,
      VersionStage: "AWSCURRENT",
      MoveToVersionId: token,
      // a new secret has none
      ...(current !== undefined && { RemoveFromVersionId: current }),
    });
  }

  async function pendingValue(SecretId, VersionId) {
    try {
      const { SecretString } = await secrets.getSecretValue({
        SecretId,
        VersionId,
        VersionStage: "AWSPENDING",
      });
      return SecretString;
    } catch (error) {
      if (error.name === "ResourceNotFoundException") return undefined;
      throw error;
    }
  }

  return async ({ Step, SecretId, ClientRequestToken: token }) => {
    const { RotationEnabled, VersionIdsToStages: stages = {} } = await secrets.describeSecret({ SecretId });
    if (!RotationEnabled) throw new Error(`${SecretId}: expected a secret with rotation on, got one without`);
    const own = stages[token];
    if (own === undefined) throw new Error(`${SecretId}: expected the version of this rotation, got none`);
    // an earlier try went all the way
    if (own.includes("AWSCURRENT")) return;
    if (!own.includes("AWSPENDING")) {
      throw new Error(`${SecretId}: expected a pending version, got one in ${own.join(", ")}`);
    }
    switch (Step) {
      case "createSecret":
        return createSecret(SecretId, token);
      case "setSecret":
        return kind.set(await pendingValue(SecretId, token));
      case "testSecret":
        return testSecret(SecretId, token);
      case "finishSecret":
        return finishSecret(SecretId, token, stages);
      default:
        throw new Error(`Step: expected createSecret, setSecret, testSecret or finishSecret, got ${Step}`);
    }
  };
}

let client;

exports.rotation = rotation;
exports.handler = (event) => {
  // the SDK comes with Lambda's runtime
  const { SecretsManager } = require("@aws-sdk/client-secrets-manager");
  client ??= new SecretsManager({});
  return rotation(client)(event);
};
