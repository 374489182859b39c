import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  criticalGroupWaitSeconds,
  pageDelaySeconds,
  peerTimeoutSeconds,
} from "../../components/platform/pageDelay";
import { evaluationSeconds, scrapeSeconds } from "../../components/platform/monitoringSize";

describe("docs/on-call.md", () => {
  it("says the seconds that lie between a breach and its page", () => {
    const page = readFileSync(join(__dirname, "../../docs/on-call.md"), "utf8");
    const seconds = [...page.matchAll(/^\| .+? \| (\d+) s +\|$/gm)].map(([, count]) => Number(count));
    const often = { scrapeSeconds, evaluationSeconds, groupWaitSeconds: criticalGroupWaitSeconds };
    assert.deepEqual(seconds, [
      scrapeSeconds,
      evaluationSeconds,
      criticalGroupWaitSeconds,
      pageDelaySeconds(often),
      peerTimeoutSeconds,
      pageDelaySeconds({ ...often, peerTimeoutSeconds, lostAlertmanagers: 1 }),
    ]);
  });
});
