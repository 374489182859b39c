import type { ResourceSpec } from "./spec";

/** What a service runs beside its pods, in its own image, as itself: with its stores, its secrets, its settings. */
export interface TaskSpec {
  /** What is run; none of the image's own, which would be the service once more. */
  readonly command: readonly string[];
  /** @default [] */
  readonly args?: readonly string[];
  /** @default - the service's */
  readonly resources?: ResourceSpec;
  /**
   * How often it is tried again where it failed, 0 to 6; a pod that is taken away with its node does not count.
   *
   * @default 2
   */
  readonly retries?: number;
}

/**
 * What is done to a service's stores before a new version of it gets any pod: a failure stops the roll-out, and the version
 * before goes on. It has to be one that the version before can live with, as that has the requests meanwhile and again
 * after a way back; and to lock what it changes, as a try that hangs may have one beside it.
 *
 * It is run once for each image, command and plain setting, and once more where what its pod is told or given changes (an
 * endpoint, as the store there may be another one, a Secret's name, resources), though not for another version of the mesh: what
 * is done has to be nothing the second time. What it ran on stays where it is, to be
 * looked at, until there is another one.
 *
 * A version that comes back past a later one's would run its own again, on stores that it does not know any more (alembic: "Can't
 * locate revision"): `services.<name>.migrate: false` in the stack's file leaves it out, and `npm run rollback` does so by itself.
 */
export interface MigrationSpec extends TaskSpec {
  /**
   * How long all its tries may take, seconds, 30 to 3600: an update waits for it.
   *
   * @default 900
   */
  readonly timeoutSeconds?: number;
}

/** What a service does at certain times, never twice at once. */
export interface CronJobSpec extends TaskSpec {
  /** When, as cron has it: minutes, hours, days of the month, months, days of the week. */
  readonly schedule: string;
  /**
   * Whose clock that is, by its name in the tz database.
   *
   * @default "Etc/UTC"
   */
  readonly timeZone?: string;
  /**
   * How late a run may begin, seconds, 30 to 86400; later it is left out, and somebody is told.
   *
   * @default 300
   */
  readonly startingDeadlineSeconds?: number;
  /**
   * How long all tries of a run may take, seconds, 30 to 86400.
   *
   * @default 900
   */
  readonly timeoutSeconds?: number;
}
