import assert from "node:assert/strict";
import { runtime } from "@pulumi/pulumi";
import { plaintextSecrets } from "./secrets";

describe("secrets of a state", () => {
  it("are all texts in what is marked secret, however deep", () => {
    const secret = (value: unknown): object => ({
      [runtime.specialSigKey]: runtime.specialSecretSig,
      plaintext: JSON.stringify(value),
    });
    const exported = {
      resources: [
        { inputs: { password: secret("correct horse"), size: 3, name: "a plain name" } },
        { outputs: { data: secret({ first: "battery staple", port: 5432, flag: "true" }) } },
      ],
    };
    assert.deepEqual(plaintextSecrets(JSON.stringify(exported)), [
      { where: "/resources/0/inputs/password", text: "correct horse" },
      { where: "/resources/1/outputs/data", text: "battery staple" },
    ]);
  });
});
