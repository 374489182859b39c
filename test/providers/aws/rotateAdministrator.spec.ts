import assert from "node:assert/strict";
import { createRequire } from "node:module";

interface Kind {
  readonly make: () => string;
  readonly isOurs: (value: string | undefined) => boolean;
  readonly set: (value: string | undefined) => Promise<void>;
  readonly settled: () => Promise<void>;
}

interface Instance {
  readonly DBInstanceStatus: string;
  readonly PendingModifiedValues?: { readonly MasterUserPassword?: string };
}

/** A client of RDS that knows one server, in the shapes of the SDK. */
class FakeRds {
  readonly modified: object[] = [];
  /** How often it still answers that the password is about to be set. */
  pending = 0;
  instances: Instance[] = [{ DBInstanceStatus: "available", PendingModifiedValues: {} }];

  modifyDBInstance(change: object): Promise<object> {
    this.modified.push(change);
    return Promise.resolve({});
  }

  describeDBInstances(): Promise<{ DBInstances: readonly Instance[] }> {
    const waiting: Instance[] = [
      { DBInstanceStatus: "available", PendingModifiedValues: { MasterUserPassword: "****" } },
    ];
    return Promise.resolve({ DBInstances: this.pending-- > 0 ? waiting : this.instances });
  }
}

// Lambda's own language, which has no types: this is what the files export
const load = createRequire(__filename);
const { administrator } = load("../../../providers/aws/functions/rotateAdministrator.cjs") as {
  readonly administrator: (
    database: FakeRds,
    server: { readonly instance: string; readonly username: string; readonly length: number },
    sleep: (milliseconds: number) => Promise<void>,
  ) => Kind;
};
const { rotation } = load("../../../providers/aws/functions/rotateSecret.cjs") as {
  readonly rotation: (secrets: object, kind: Kind) => (event: object) => Promise<void>;
};

const server = { instance: "main-postgres", username: "platformadmin", length: 40 };

function scene(): { readonly rds: FakeRds; readonly kind: Kind; readonly slept: number[] } {
  const rds = new FakeRds();
  const slept: number[] = [];
  const sleep = (milliseconds: number): Promise<void> => {
    slept.push(milliseconds);
    return Promise.resolve();
  };
  return { rds, slept, kind: administrator(rds, server, sleep) };
}

describe("the function that rotates an administrator's password", () => {
  it("makes passwords of letters and digits that RDS takes, none twice", () => {
    const { kind } = scene();
    const values = Array.from({ length: 50 }, () => kind.make());
    for (const value of values) {
      const { username, password } = JSON.parse(value) as { username: string; password: string };
      assert.equal(username, "platformadmin");
      assert.match(password, /^[A-Za-z0-9]{40}$/);
      assert.ok(kind.isOurs(value));
    }
    assert.equal(new Set(values).size, 50);
  });

  for (const value of [
    undefined,
    JSON.stringify({ username: "somebody", password: "a".repeat(40) }),
    JSON.stringify({ username: "platformadmin", password: "short" }),
    JSON.stringify({ username: "platformadmin", password: `${"a".repeat(39)}@` }),
  ]) {
    it(`sets nothing but a value of its own, as ${String(value)} is not`, async () => {
      const { rds, kind } = scene();
      assert.ok(!kind.isOurs(value));
      await assert.rejects(kind.set(value), /setSecret: expected a pending value of ours/);
      assert.deepEqual(rds.modified, []);
    });
  }

  it("sets the password of its server, and changes nothing else of it", async () => {
    const { rds, kind } = scene();
    const value = kind.make();
    await kind.set(value);
    const { password } = JSON.parse(value) as { password: string };
    assert.deepEqual(rds.modified, [{ DBInstanceIdentifier: "main-postgres", MasterUserPassword: password }]);
  });

  it("waits until RDS has set it", async () => {
    const { rds, kind, slept } = scene();
    rds.pending = 3;
    await kind.settled();
    assert.deepEqual(slept, [5000, 5000, 5000]);
    rds.instances = [{ DBInstanceStatus: "resetting-master-credentials" }];
    rds.pending = 0;
    await assert.rejects(kind.settled(), /testSecret: expected RDS to have set the password, got none after/);
    // within the five minutes that the function may run
    assert.ok(slept.slice(3).reduce((sum, each) => sum + each, 0) < 300_000);
  });

  it("says that a server is gone", async () => {
    const { rds, kind } = scene();
    rds.instances = [];
    await assert.rejects(kind.settled(), /main-postgres: expected a server, got none/);
  });

  it("makes a value the current one only after the server has it", async () => {
    const { rds, kind, slept } = scene();
    const done: string[] = [];
    let stored: string | undefined;
    const secrets = {
      describeSecret: () =>
        Promise.resolve({ RotationEnabled: true, VersionIdsToStages: { first: ["AWSPENDING"] } }),
      getSecretValue: () =>
        stored === undefined
          ? Promise.reject(Object.assign(new Error("no value"), { name: "ResourceNotFoundException" }))
          : Promise.resolve({ SecretString: stored }),
      putSecretValue: ({ SecretString }: { SecretString: string }) => {
        stored = SecretString;
        return Promise.resolve({});
      },
      updateSecretVersionStage: () => {
        done.push("current");
        return Promise.resolve({});
      },
    };
    const step = (Step: string): Promise<void> =>
      rotation(secrets, kind)({ Step, SecretId: "arn:secret", ClientRequestToken: "first" });
    await step("createSecret");
    assert.deepEqual([rds.modified.length, done], [0, []]);
    await step("setSecret");
    assert.deepEqual([rds.modified.length, done], [1, []]);
    rds.pending = 2;
    await step("testSecret");
    assert.deepEqual([slept.length, done], [2, []]);
    await step("finishSecret");
    assert.deepEqual(done, ["current"]);
    const { password } = JSON.parse(stored ?? "{}") as { password: string };
    assert.deepEqual(rds.modified, [{ DBInstanceIdentifier: "main-postgres", MasterUserPassword: password }]);
  });
});
