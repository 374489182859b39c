import * as assert from "node:assert/strict";
import { runbookOf, withRunbook } from "../../components/governance/runbooks";

describe("the runbook of an alarm", () => {
  for (const [what, where] of [
    ["postgres-disk", "docs/runbooks/postgres.md#postgres-disk"],
    ["postgres-replica-lag", "docs/runbooks/postgres.md#postgres-replica-lag"],
    ["redis-0001-memory", "docs/runbooks/redis.md#redis-memory"],
    ["nat-a-ports", "docs/runbooks/network.md#nat-ports"],
    ["logs-errors-media-worker", "docs/runbooks/logs.md#logs-errors"],
    ["logs-fatal-api", "docs/runbooks/logs.md#logs-fatal"],
    ["logs-signins", "docs/runbooks/logs.md#logs-signins"],
    ["undelivered", "docs/runbooks/alarms.md#undelivered"],
    ["security-hub", "docs/runbooks/account.md#security-hub"],
  ] as const) {
    it(`of ${what} is ${where}`, () => {
      assert.equal(runbookOf(what), where);
      assert.equal(withRunbook("It is full.", what), `It is full. Runbook: ${where}`);
    });
  }
});
