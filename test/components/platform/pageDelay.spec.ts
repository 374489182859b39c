import assert from "node:assert/strict";
import {
  criticalGroupWaitSeconds,
  longestPageDelaySeconds,
  pageDelaySeconds,
  peerTimeoutSeconds,
} from "../../../components/platform/pageDelay";
import { evaluationSeconds, scrapeSeconds } from "../../../components/platform/monitoringSize";

const often = { scrapeSeconds: 10, evaluationSeconds: 10, groupWaitSeconds: 5 };

describe("the delay of a page", () => {
  for (const [what, args, seconds] of [
    ["is the time between two scrapes, between two evaluations and for the group", often, 25],
    [
      "waits for one more evaluation than the time that it has to last",
      { ...often, sustainedSeconds: 25 },
      55,
    ],
    [
      "waits for each Alertmanager that is gone",
      { ...often, peerTimeoutSeconds: 5, lostAlertmanagers: 2 },
      35,
    ],
    [
      "was 90 seconds as the charts have it",
      { scrapeSeconds: 30, evaluationSeconds: 30, groupWaitSeconds: 30 },
      90,
    ],
  ] as const) {
    it(what, () => {
      assert.equal(pageDelaySeconds(args), seconds);
    });
  }

  it("is half a minute at most, with the first Alertmanager gone too, as the stack is set", () => {
    const delay = pageDelaySeconds({
      scrapeSeconds,
      evaluationSeconds,
      groupWaitSeconds: criticalGroupWaitSeconds,
      peerTimeoutSeconds,
      lostAlertmanagers: 1,
    });
    assert.equal(delay, longestPageDelaySeconds);
  });
});
