/** What a command tells its caller. */
export const exitStatus = {
  fine: 0,
  /** A mandatory policy is violated, a first preview would not show what an update makes, or a release would lose data. */
  violated: 1,
  /** Bad usage or configuration. */
  usage: 2,
  /** The program, or this one, failed. */
  crash: 3,
} as const;
export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];
