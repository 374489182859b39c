/** How long it may take from a breach to its page, where the alert waits for nothing, seconds. */
export const longestPageDelaySeconds = 30;

/** How long Alertmanager waits for others of a group before it tells of the first one that is critical, seconds. */
export const criticalGroupWaitSeconds = 5;

/**
 * How long each further Alertmanager waits for the one before it to have told, seconds; the default of 15 would make a page
 * late as soon as the first one is gone. One that is slower than this is told twice, which PagerDuty takes as one.
 * https://github.com/prometheus/alertmanager/blob/main/README.md#high-availability (`--cluster.peer-timeout`)
 */
export const peerTimeoutSeconds = 5;

/** What lies between a breach and its page; all in seconds. */
export interface PageDelayArgs {
  readonly scrapeSeconds: number;
  /** Between two evaluations of the alert's group of rules, with what it records for it. */
  readonly evaluationSeconds: number;
  /**
   * How long it has to last (`for`).
   *
   * @default 0
   */
  readonly sustainedSeconds?: number;
  readonly groupWaitSeconds: number;
  /** @default 0 */
  readonly peerTimeoutSeconds?: number;
  /**
   * How many Alertmanagers are gone, of those that tell first.
   *
   * @default 0
   */
  readonly lostAlertmanagers?: number;
}

/**
 * The longest time from a breach to its page, seconds: it happens just after a scrape, is scraped just after an evaluation,
 * and each waits its turn. What is left out takes less than a second: the scrape, the query, and the calls of Alertmanager
 * and of PagerDuty.
 */
export function pageDelaySeconds(args: PageDelayArgs): number {
  const { scrapeSeconds, evaluationSeconds, sustainedSeconds = 0, groupWaitSeconds } = args;
  const { peerTimeoutSeconds: eachPeer = 0, lostAlertmanagers = 0 } = args;
  // an alert that has to last is seen at each evaluation, and the last of them is after that time
  const lasting = Math.ceil(sustainedSeconds / evaluationSeconds) * evaluationSeconds;
  return scrapeSeconds + evaluationSeconds + lasting + groupWaitSeconds + lostAlertmanagers * eachPeer;
}
