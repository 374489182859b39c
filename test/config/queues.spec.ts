import * as assert from "node:assert/strict";
import { blueprints } from "../../blueprints/catalogue";
import { queueBounds } from "../../components/data/queue";
import { configOf, problemsOf, stackValues } from "./stackFiles";

const values = (queues?: object, blueprint = "publishing"): Record<string, string> => ({
  ...stackValues("staging"),
  blueprint,
  ...(queues !== undefined && { queues: JSON.stringify(queues) }),
});

describe("the settings of queues", () => {
  const { queues = {} } = blueprints.publishing;

  it("are the blueprint's unless the stack says", () => {
    assert.deepEqual(configOf(values()).blueprint.queues, queues);
  });

  it("take the place of what the blueprint says, key by key and queue by queue", () => {
    const changed = configOf(
      values({
        "media-jobs": { workSeconds: 300, retentionDays: 7, maxDeliveries: 20 },
        publications: { maxDeliveries: 100 },
      }),
    ).blueprint.queues;
    assert.deepEqual(changed, {
      "media-jobs": { ...queues["media-jobs"], workSeconds: 300, retentionDays: 7, maxDeliveries: 20 },
      publications: { ...queues["publications"], maxDeliveries: 100 },
    });
  });

  for (const [name, [least, most]] of Object.entries(queueBounds)) {
    for (const value of [least - 1, most + 1]) {
      it(`refuse ${name} ${value}, which no queue of both clouds has`, () => {
        assert.deepEqual(problemsOf(values({ "media-jobs": { [name]: value } })), [
          `queues.media-jobs.${name}: expected a whole number from ${least} to ${most}, got ${value}`,
        ]);
      });
    }
  }

  it("refuse a queue that the blueprint does not have", () => {
    assert.deepEqual(problemsOf(values({ mails: { retentionDays: 1 } })), [
      "queues.mails: expected one of media-jobs, publications, got mails",
    ]);
  });

  it("refuse what is decided once, for good", () => {
    const [problem = "", ...others] = problemsOf(values({ "media-jobs": { delivery: "exactlyOnce" } }));
    assert.deepEqual(others, []);
    assert.match(problem, /^queues\.media-jobs\.delivery: /);
  });

  it("are a mistake where the blueprint has no queues", () => {
    assert.deepEqual(problemsOf(values({ mails: {} }, "explico")), [
      "queues.mails: expected no key where groundwork:blueprint is explico, which has no queues, got mails",
    ]);
  });
});
