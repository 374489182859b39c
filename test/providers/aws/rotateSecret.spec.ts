import assert from "node:assert/strict";
import { createRequire } from "node:module";

/** A client of Secrets Manager that holds one secret, in the shapes of the SDK. */
class FakeSecrets {
  RotationEnabled = true;
  readonly values = new Map<string, string>();
  readonly stages: Record<string, string[]> = {};
  /** Next call that fails, and how. */
  failure: Error | undefined;

  describeSecret(): Promise<object> {
    return Promise.resolve({
      RotationEnabled: this.RotationEnabled,
      VersionIdsToStages: structuredClone(this.stages),
    });
  }

  getSecretValue({ VersionId }: { VersionId: string }): Promise<object> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const SecretString = this.values.get(VersionId);
    return SecretString === undefined
      ? Promise.reject(Object.assign(new Error("no value"), { name: "ResourceNotFoundException" }))
      : Promise.resolve({ SecretString });
  }

  /** As the API does: a version has one value. */
  putSecretValue(put: {
    ClientRequestToken: string;
    SecretString: string;
    VersionStages: string[];
  }): Promise<object> {
    if (this.values.has(put.ClientRequestToken)) return Promise.reject(new Error("ResourceExistsException"));
    this.values.set(put.ClientRequestToken, put.SecretString);
    this.stages[put.ClientRequestToken] = put.VersionStages;
    return Promise.resolve({});
  }

  /** As the API does: whoever loses AWSCURRENT becomes AWSPREVIOUS, and has to be named. */
  updateSecretVersionStage(move: {
    VersionStage: string;
    MoveToVersionId: string;
    RemoveFromVersionId?: string;
  }): Promise<object> {
    const holder = this.holderOf("AWSCURRENT");
    if (holder !== move.RemoveFromVersionId) return Promise.reject(new Error("InvalidParameterException"));
    for (const version of Object.keys(this.stages)) {
      this.stages[version] = (this.stages[version] ?? []).filter((stage) => stage !== "AWSPREVIOUS");
    }
    if (holder !== undefined) this.stages[holder] = ["AWSPREVIOUS"];
    this.stages[move.MoveToVersionId] = [...(this.stages[move.MoveToVersionId] ?? []), move.VersionStage];
    return Promise.resolve({});
  }

  /** What RotateSecret does before it calls the function. */
  begin(token: string): void {
    this.stages[token] = ["AWSPENDING"];
  }

  holderOf(stage: string): string | undefined {
    return Object.keys(this.stages).find((version) => this.stages[version]?.includes(stage));
  }
}

interface RotationEvent {
  readonly Step: string;
  readonly SecretId: string;
  readonly ClientRequestToken: string;
}

// Lambda's own language, which has no types: this is what the file exports
const { rotation } = createRequire(__filename)("../../../providers/aws/functions/rotateSecret.cjs") as {
  readonly rotation: (secrets: FakeSecrets) => (event: RotationEvent) => Promise<void>;
};

const steps = ["createSecret", "setSecret", "testSecret", "finishSecret"] as const;

async function rotate(secrets: FakeSecrets, token: string): Promise<void> {
  secrets.begin(token);
  for (const Step of steps) {
    await rotation(secrets)({ Step, SecretId: "arn:secret", ClientRequestToken: token });
  }
}

describe("the function that rotates a secret", () => {
  it("gives a secret without a value its first, of 48 random bytes", async () => {
    const secrets = new FakeSecrets();
    await rotate(secrets, "first");
    assert.equal(secrets.holderOf("AWSCURRENT"), "first");
    const value = secrets.values.get("first") ?? "";
    assert.match(value, /^[A-Za-z0-9+/]{64}$/);
    assert.equal(Buffer.from(value, "base64").length, 48);
  });

  it("keeps the value before, and gives no value twice", async () => {
    const secrets = new FakeSecrets();
    for (const token of ["first", "second", "third"]) await rotate(secrets, token);
    assert.equal(secrets.holderOf("AWSCURRENT"), "third");
    assert.equal(secrets.holderOf("AWSPREVIOUS"), "second");
    assert.equal(new Set(secrets.values.values()).size, 3);
  });

  it("can repeat each step, and makes one value all the same", async () => {
    const secrets = new FakeSecrets();
    await rotate(secrets, "first");
    secrets.begin("second");
    const step = (Step: string): Promise<void> =>
      rotation(secrets)({ Step, SecretId: "arn:secret", ClientRequestToken: "second" });
    await step("createSecret");
    const value = secrets.values.get("second");
    await step("createSecret");
    assert.equal(secrets.values.get("second"), value);
    await step("testSecret");
    await step("finishSecret");
    await step("finishSecret");
    assert.equal(secrets.holderOf("AWSCURRENT"), "second");
    assert.equal(secrets.holderOf("AWSPREVIOUS"), "first");
  });

  it("keeps the first value where the same step runs twice at once", async () => {
    const secrets = new FakeSecrets();
    secrets.begin("first");
    const event = { Step: "createSecret", SecretId: "arn:secret", ClientRequestToken: "first" };
    const both = await Promise.allSettled([rotation(secrets)(event), rotation(secrets)(event)]);
    assert.deepEqual(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    const value = secrets.values.get("first");
    await rotation(secrets)(event);
    assert.equal(secrets.values.get("first"), value);
  });

  it("lets no value of another kind become the current one", async () => {
    const secrets = new FakeSecrets();
    secrets.begin("first");
    secrets.values.set("first", "short");
    const test = rotation(secrets)({ Step: "testSecret", SecretId: "s", ClientRequestToken: "first" });
    await assert.rejects(test, /expected a pending value of ours/);
  });

  it("takes an error of the service for what it is, not for a missing value", async () => {
    const secrets = new FakeSecrets();
    secrets.begin("first");
    secrets.failure = Object.assign(new Error("throttled"), { name: "ThrottlingException" });
    const create = rotation(secrets)({ Step: "createSecret", SecretId: "s", ClientRequestToken: "first" });
    await assert.rejects(create, /throttled/);
    assert.equal(secrets.values.size, 0);
  });

  const refused: readonly (readonly [
    what: string,
    prepare: (secrets: FakeSecrets) => void,
    error: RegExp,
  ])[] = [
    [
      "a secret whose rotation is off",
      (secrets) => (secrets.RotationEnabled = false),
      /expected a secret with rotation on/,
    ],
    [
      "a version that Secrets Manager did not announce",
      () => undefined,
      /expected the version of this rotation/,
    ],
    [
      "a version that is pending no more",
      (secrets) => (secrets.stages["token"] = ["AWSPREVIOUS"]),
      /expected a pending version, got one in AWSPREVIOUS/,
    ],
  ];
  for (const [what, prepare, error] of refused) {
    it(`refuses ${what}`, async () => {
      const secrets = new FakeSecrets();
      prepare(secrets);
      const create = rotation(secrets)({ Step: "createSecret", SecretId: "s", ClientRequestToken: "token" });
      await assert.rejects(create, error);
    });
  }

  it("refuses a step that it does not know", async () => {
    const secrets = new FakeSecrets();
    secrets.begin("token");
    const step = rotation(secrets)({ Step: "deleteSecret", SecretId: "s", ClientRequestToken: "token" });
    await assert.rejects(step, /expected createSecret, setSecret, testSecret or finishSecret/);
  });
});
