import * as assert from "node:assert/strict";
import { checkUpgrade, kafkaStep } from "../../../components/data/kafkaUpgrade";

const msk = (version: string) => ({ kafkaVersion: version });
const strimzi = (version: string) => ({ spec: { kafka: { version } } });

describe("the version of Kafka", () => {
  for (const [running, wanted] of [
    ["4.1.x.kraft", "4.1.x.kraft"],
    ["3.9.x.kraft", "4.1.x.kraft"],
    ["4.2.1", "4.3.1"],
    // patches of a release read and write the same
    ["4.3.1", "4.3.0"],
    ["3.10.0", "4.0.0"],
    ["4.9.0", "4.10.0"],
  ] as const) {
    it(`goes from ${running} to ${wanted}`, () => {
      assert.equal(kafkaStep(running, wanted), undefined);
    });
  }

  for (const [running, wanted] of [
    ["4.1.x.kraft", "4.0.x.kraft"],
    ["4.0.x.kraft", "3.9.x.kraft"],
    ["4.3.1", "4.2.1"],
    ["4.10.0", "4.9.0"],
  ] as const) {
    it(`never goes back from ${running} to ${wanted}`, () => {
      assert.deepEqual(kafkaStep(running, wanted), {
        expected: `${running.split(".").slice(0, 2).join(".")} or newer, as the brokers run ${running} and never go back`,
        got: wanted,
      });
    });
  }

  for (const [running, wanted] of [
    ["latest", "4.3.1"],
    ["4.3.1", "latest"],
  ] as const) {
    it(`is refused where nobody can say whether ${running} is older than ${wanted}`, () => {
      assert.match(kafkaStep(running, wanted)?.expected ?? "", /^a release of Kafka/);
    });
  }

  for (const [by, inputs, older, newer] of [
    ["MSK", msk, "4.0.x.kraft", "4.1.x.kraft"],
    ["Strimzi", strimzi, "4.2.1", "4.3.1"],
  ] as const) {
    it(`is found in what ${by} is asked for, and a step back refused with its key`, () => {
      assert.throws(() => {
        checkUpgrade({ oldInputs: inputs(newer), newInputs: inputs(older) });
      }, /^Error: kafka\.version: expected 4\.\d or newer, as the brokers run .* and never go back, got 4\.\d/);
      checkUpgrade({ oldInputs: inputs(older), newInputs: inputs(newer) });
    });

    it(`says nothing of a change of ${by} whose version nobody knows`, () => {
      checkUpgrade({ newInputs: inputs(older) });
      checkUpgrade({ oldInputs: inputs(newer), newInputs: { spec: {} } });
    });
  }

  it("is what MSK has made of it since, whatever was asked for last", () => {
    assert.throws(() => {
      checkUpgrade({
        oldInputs: msk("4.0.x.kraft"),
        oldOutputs: msk("4.1.x.kraft"),
        newInputs: msk("4.0.x.kraft"),
      });
    }, /expected 4\.1 or newer/);
  });
});
