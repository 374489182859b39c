import type { PlanResource } from "../../preview/plan";
import { textAt } from "../json";

/** A value that is made anew from time to time. */
export interface Kept {
  /** Logical name of what is asked about. */
  readonly name: string;
  /** Where it is kept, which says who is asked. */
  readonly where: "secretsManager" | "rds" | "secretManager" | "state";
  /** How often it is made anew, hours. */
  readonly everyHours: number;
  /** How long it may take after that, hours. */
  readonly graceHours: number;
}

const dayHours = 24;

/**
 * RDS makes an administrator's password anew every seven days, at any time of the day on which it is due.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
 */
const rdsHours = 7 * dayHours;

/** What no clock makes anew, `pulumi up --replace` does: as long as the pack's `aws-secret-rotation` lets one be in prod. */
const proofHours = 90 * dayHours;

/** A proof by which the way in knows its own CDN. */
const proof = /-edge-proofs-[ab]$/;

/** What of a plan is made anew, by what makes it so. */
export function keptOf(resources: readonly PlanResource[]): readonly Kept[] {
  return resources.flatMap(({ type, name, inputs }): Kept[] => {
    switch (type) {
      case "aws:secretsmanager/secretRotation:SecretRotation": {
        const everyHours = hoursOf(textAt(inputs, "rotationRules", "scheduleExpression") ?? "");
        // its window is an hour
        return [{ name: rotated(name), where: "secretsManager", everyHours, graceHours: 1 }];
      }
      case "aws:rds/instance:Instance":
        if (inputs["manageMasterUserPassword"] !== true) return [];
        return [
          {
            name: textAt(inputs, "identifier") ?? name,
            where: "rds",
            everyHours: rdsHours,
            graceHours: dayHours,
          },
        ];
      case "gcp:workflows/workflow:Workflow": {
        const said = /^gives a secret a new value every (\d+) hours$/.exec(
          textAt(inputs, "description") ?? "",
        );
        if (said === null) return [];
        // it looks every ten minutes
        return [{ name: rotated(name), where: "secretManager", everyHours: Number(said[1]), graceHours: 1 }];
      }
      case "random:index/randomPassword:RandomPassword":
        return proof.test(name) ? [{ name, where: "state", everyHours: proofHours, graceHours: 0 }] : [];
      default:
        return [];
    }
  });
}

/** Name of a secret, by that of what rotates it. */
function rotated(name: string): string {
  return name.replace(/-rotation$/, "");
}

/**
 * Hours of a schedule as the program writes it: `rate(7 days)`, or `cron(0 /12 * * ? *)`.
 *
 * @throws RangeError where it is another
 */
export function hoursOf(schedule: string): number {
  const days = /^rate\((\d+) days?\)$/.exec(schedule)?.[1];
  if (days !== undefined) return Number(days) * dayHours;
  const hours = /^cron\(0 \/(\d+) \* \* \? \*\)$/.exec(schedule)?.[1];
  if (hours !== undefined) return Number(hours);
  throw new RangeError(`scheduleExpression: expected rate(… days) or cron(0 /… * * ? *), got ${schedule}`);
}
