import type * as pulumi from "@pulumi/pulumi";
import type { Grantable, WorkloadIdentity } from "../identity/workloadIdentity";

/** What a blueprint says of a secret. */
export interface SecretSpec {
  /**
   * The cloud makes its value, and no value is current for longer, hours, 5 to 8760. The value before stays readable, so
   * that what it signed can still be verified.
   *
   * @default - its owner sets the value by hand, outside of Pulumi
   */
  readonly maxAgeHours?: number;
  /**
   * How its readers have it: `api`, from the cloud's secret store by their identity, or `variable`, as an environment variable
   * from a Kubernetes Secret that External Secrets keeps up to date (`platform.externalSecrets`): they are rolled when it
   * changes, and do not start before its owner has set a value that the cloud does not make.
   *
   * @default "api"
   */
  readonly delivery?: "api" | "variable";
}

/** Arguments of a {@link Secret}, the same on every cloud. */
export interface SecretArgs extends Omit<SecretSpec, "delivery"> {
  /** What its workloads know it by, in lower-case words with dashes: `signing-key` makes `SIGNING_KEY_SECRET_ID`. */
  readonly key: string;
  /**
   * Its value changes only as people make what it opens another key, which no clock does.
   *
   * @default false
   */
  readonly rekeyed?: boolean;
  /**
   * Region that has a copy of every value, for when this one is lost.
   *
   * @default - none has
   */
  readonly copyRegion?: string;
  /**
   * How long the log of what rotates it is kept, days; on GCP that is in the project's own log.
   *
   * @default 365
   */
  readonly logRetentionDays?: number;
  /**
   * Refuse deletion in Pulumi.
   *
   * @default true
   */
  readonly protect?: boolean;
}

/**
 * A value that workloads read from the cloud's secret store by their identity, encrypted with a key of its own. It is in
 * no state and, unless its blueprint says so, in no environment variable and in no Kubernetes Secret.
 *
 * `connection` holds `<KEY>_SECRET_ID`, what the SDK is asked for: the ARN on AWS, `projects/…/secrets/…` on GCP. A value
 * that the cloud makes is 48 random bytes in base64. Readers ask again once an hour or so, sign with the newest value and
 * verify with the newest two: `AWSCURRENT` and `AWSPREVIOUS` on AWS, the two newest enabled versions on GCP.
 */
export interface Secret extends pulumi.ComponentResource, Grantable {
  /** What the SDK is asked for. */
  readonly secretId: pulumi.Output<string>;
  /** Lets the identity add values, and read none: what it adds is for people, where all else is lost. */
  admitWriter(name: string, to: WorkloadIdentity, opts: pulumi.ComponentResourceOptions): pulumi.Resource;
}

/** Mark, a tag or label, of a secret that is {@link SecretArgs.rekeyed}: the policy pack asks for no rotation of it. */
export const rekeyedMark = { rotation: "rekey" } as const;

/** Mark of what is kept where secrets are and is none, as authorities' certificates: nobody rotates it but who issues it. */
export const publicMark = { rotation: "public" } as const;

/** Random bytes of a value that the cloud makes: more than any signature by HMAC uses, and 64 characters in base64. */
export const generatedBytes = 48;

/** Fewest and most hours of {@link SecretSpec.maxAgeHours}: Secrets Manager rotates every four hours at most. */
export const maxAgeBounds = { least: 5, most: 8760 } as const;

/** Hours that AWS may take within its window, and GCP never needs. */
const windowHours = 1;

/** Periods that fall on the same hours each day, so that a schedule by the clock keeps to them. */
const hoursWithinDay = [12, 8, 6, 4] as const;

/**
 * How often to rotate so that no value gets older than it may: each time by the clock, and an hour in which to do it.
 *
 * @returns hours: a divisor of 24, or whole days
 * @throws RangeError naming the bound that was passed
 */
export function rotationPeriod(maxAgeHours: number): number {
  const { least, most } = maxAgeBounds;
  if (!Number.isInteger(maxAgeHours) || maxAgeHours < least || maxAgeHours > most) {
    throw new RangeError(`maxAgeHours: expected a whole number from ${least} to ${most}, got ${maxAgeHours}`);
  }
  const free = maxAgeHours - windowHours;
  return hoursWithinDay.find((hours) => free < 24 && hours <= free) ?? Math.floor(free / 24) * 24;
}

const keyPattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Environment variable in which a workload finds what to ask for.
 *
 * @throws RangeError naming a key that makes no variable
 */
export function secretVariable(key: string): string {
  return `${secretName(key)}_SECRET_ID`;
}

/**
 * Environment variable in which a workload finds the value itself, where it is told it.
 *
 * @throws RangeError naming a key that makes no variable
 */
export function secretName(key: string): string {
  if (!keyPattern.test(key)) {
    throw new RangeError(`key: expected lower-case words joined by dashes, got "${key}"`);
  }
  return key.toUpperCase().replaceAll("-", "_");
}
