import assert from "node:assert/strict";
import { find, findAll } from "../../support/run";
import { bucketArgs, onGcp, textOf } from "./stack";

describe("GcpKey", () => {
  it("rotates every 90 days, can be restored for 30, and is protected with its ring", async () => {
    const { resources } = await onGcp((cloud) => cloud.bucket("main", bucketArgs, {}));
    const key = find(resources, "gcp:kms/cryptoKey:CryptoKey", "main-key");
    const { keyRing, ...inputs } = key.inputs;
    assert.match(textOf(keyRing), /^projects\/example-prod\/locations\/us-east1\/keyRings\/main-key-/);
    assert.deepEqual(inputs, {
      purpose: "ENCRYPT_DECRYPT",
      rotationPeriod: "7776000s",
      destroyScheduledDuration: "2592000s",
    });
    assert.ok(key.protect && find(resources, "gcp:kms/keyRing:KeyRing", "main-key").protect);
  });

  it("is used by Google's agent of the one service", async () => {
    const { resources } = await onGcp((cloud) => cloud.bucket("main", bucketArgs, {}));
    assert.deepEqual(
      findAll(resources, "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember").map(
        ({ inputs }) => inputs["member"],
      ),
      ["serviceAccount:service-123456789012@gs-project-accounts.iam.gserviceaccount.com"],
    );
  });
});
