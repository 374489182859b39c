import * as assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { plainSecrets } from "./plainSecrets";
import { run } from "./run";

/** Paths at which a program shows the password that it makes. */
async function shownBy(show: (password: random.RandomPassword) => unknown): Promise<readonly string[]> {
  const { secrets, found } = plainSecrets(
    await run(() => {
      const password = new random.RandomPassword("store", { length: 32 });
      new k8s.core.v1.Secret("kept", { stringData: { password: password.result } });
      show(password);
    }),
  );
  assert.ok(secrets > 0);
  return found.map(({ urn, path }) => `${urn.split("::").at(-1) ?? ""} ${path}`);
}

/** The check itself has to fail on what is planted. */
describe("the search for plain secrets", () => {
  it("finds none where a secret stays one", async () => {
    assert.deepEqual(await shownBy(() => undefined), []);
  });

  it("finds one in an input", async () => {
    const shown = await shownBy(
      ({ result }) => new k8s.core.v1.ConfigMap("facts", { data: { PGPASSWORD: pulumi.unsecret(result) } }),
    );
    assert.deepEqual(shown, ["facts data/PGPASSWORD"]);
  });

  it("finds one within a longer text, in the values of a chart", async () => {
    const url = (result: pulumi.Output<string>): pulumi.Output<string> =>
      pulumi.unsecret(pulumi.interpolate`mongodb://app:${result}@mongo:27017`);
    const shown = await shownBy(
      ({ result }) =>
        new k8s.helm.v3.Release("store", { chart: "milvus", values: { extra: [{ url: url(result) }] } }),
    );
    assert.deepEqual(shown, ["store values/extra/0/url"]);
  });

  it("finds one in the outputs of a component", async () => {
    class Store extends pulumi.ComponentResource {
      constructor(result: pulumi.Output<string>) {
        super("groundwork:test:Store", "component", {});
        this.registerOutputs({ password: pulumi.unsecret(result) });
      }
    }
    assert.deepEqual(await shownBy(({ result }) => new Store(result)), ["component password"]);
  });
});
