import type { CountedQueue } from "../scaling/backlog";
import { lost, type RecoveryPlanner } from "./recovery";
import type { SpecOf, Store, StorePlace } from "./store";

/** How a queue hands its messages out. */
export const deliveries = ["atLeastOnce", "exactlyOnce"] as const;
export type Delivery = (typeof deliveries)[number];

/** Arguments of a {@link Queue}, the same on every cloud. */
export interface QueueArgs extends StorePlace {
  /** Name of the queue in its system, of which its workloads' environment variables are made. */
  readonly key: string;
  /** How long who took a message has it to itself, seconds, 10 to 600; then another gets it. */
  readonly workSeconds: number;
  /** How long a message waits for somebody who deals with it, days, 1 to 7. */
  readonly retentionDays: number;
  /** How often a message is handed out before it is put aside, 5 to 100. */
  readonly maxDeliveries: number;
  /**
   * `atLeastOnce`: each message is handed out at least once, in no order. `exactlyOnce`: one that was dealt with is not handed
   * out again, nor to another while somebody has it, and those of a group are handed out in the order in which they were sent;
   * who sends one names its group (`MessageGroupId` of SQS, the ordering key of Pub/Sub), and on GCP sends to and takes from the
   * queue's own region. What is sent twice within five minutes, with the same content to the same group, is one message on AWS;
   * on GCP it is two, so that a sender who does not know whether a message went out gives it an id of its own.
   *
   * It is decided once: another kind is another queue, without what is in this one.
   *
   * @default "atLeastOnce"
   */
  readonly delivery?: Delivery;
  /**
   * Store of the system from which messages are sent anew when those on their way are lost: their senders write each of them
   * there first, in the transaction that it belongs to (an outbox), and whoever takes one may get it twice.
   *
   * @default - what is on its way is nowhere else
   */
  readonly refilledFrom?: string;
}

/** What a blueprint says of a queue. */
export type QueueSpec = Omit<SpecOf<QueueArgs>, "key">;

/**
 * A queue of messages, each of which is handed out at least once, in no order unless that is asked for, until somebody has
 * dealt with it; what fails too often is put aside into a queue of its own, for two weeks. Encrypted with our key, TLS only,
 * without an address of ours.
 * Who may `read` takes messages, who may `readWrite` also sends them.
 *
 * `connection` holds, for a queue `media-jobs`, `MEDIA_JOBS_QUEUE_URL` on AWS, and `MEDIA_JOBS_QUEUE_TOPIC` and
 * `MEDIA_JOBS_QUEUE_SUBSCRIPTION` on GCP, where one sends to the one and takes from the other.
 */
export interface Queue extends Store, CountedQueue {
  /** What its environment variables begin with: `MEDIA_JOBS_QUEUE`. */
  readonly prefix: string;
}

/** How long what was put aside is kept, days: the longest that SQS keeps a message. */
export const putAsideDays = 14;

/** Bounds that both clouds have: of Pub/Sub's deadlines and deliveries, and of SQS's retention less a week to look aside. */
export const queueBounds = {
  workSeconds: [10, 600],
  retentionDays: [1, 7],
  maxDeliveries: [5, 100],
} as const;

/** @throws RangeError where no cloud has such a queue */
export function checkQueue({ key, ...spec }: Pick<QueueArgs, "key" | keyof typeof queueBounds>): void {
  if (!/^(?=.{1,20}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(key)) {
    throw new RangeError(
      `key: expected up to 20 lower-case letters, digits and dashes, from a letter on, got ${key}`,
    );
  }
  for (const name of ["workSeconds", "retentionDays", "maxDeliveries"] as const) {
    const [least, most] = queueBounds[name];
    const value = spec[name];
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new RangeError(`${name}: expected a whole number from ${least} to ${most}, got ${value}`);
    }
  }
}

/** What the environment variables of a queue begin with. */
export function queuePrefix(key: string): string {
  return `${key.toUpperCase().replaceAll("-", "_")}_QUEUE`;
}

/** What a failover to the other region's queue is made of, minutes. */
const failover = { decide: 15, repoint: 15 } as const;

/**
 * What is lost of a queue when its region is. Neither SQS nor Pub/Sub keeps a message in two regions, so that the queue which
 * stands ready in the other is empty: it is filled from the store that its senders wrote to first, or what was on its way is
 * gone.
 */
export const queueRecovery: RecoveryPlanner<QueueSpec> = ({ refilledFrom }, { recoveryRegion }) => {
  if (!recoveryRegion) return lost;
  const { decide, repoint } = failover;
  const rtoMinutes = decide + repoint;
  const ready = `${decide} minutes to decide, ${repoint} to point workloads to it`;
  return refilledFrom === undefined
    ? {
        by: "an empty queue in the other region",
        rpoMinutes: Infinity,
        rtoMinutes,
        source: `messages are in the region that was lost, and nowhere else; ${ready}`,
      }
    : {
        by: `an empty queue in the other region, filled again from ${refilledFrom}`,
        rpoMinutes: 0,
        rtoMinutes,
        source: `nothing beside what ${refilledFrom} loses, as senders write to it first; ${ready}`,
      };
};
