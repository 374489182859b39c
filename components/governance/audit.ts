import type * as pulumi from "@pulumi/pulumi";

/** Whether a stack makes what watches its whole account or project: of stacks that share one, only one may. */
export const auditModes = ["stack", "none"] as const;
export type AuditMode = (typeof auditModes)[number];

/** Arguments of an {@link Audit}, the same on every cloud. */
export interface AuditArgs {
  /** How long the record of who did what is kept where nobody can change it, days; a retention that both clouds take. */
  readonly retentionDays: number;
  /**
   * Refuse deletion in Pulumi.
   *
   * @default true
   */
  readonly protect?: boolean;
}

/**
 * What watches the whole account (AWS) or project (GCP): the record of who did what, locked against change, and what
 * looks for attacks and for settings that invite them. There can be one of each in an account or project.
 */
export interface Audit extends pulumi.ComponentResource {
  /** Where the record is kept: the trail's bucket on AWS, the log bucket on GCP. */
  readonly recordName: pulumi.Output<string>;
}
