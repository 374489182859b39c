import { exitStatus } from "../preview/exitStatus";

/** What an operator's command tells its caller. */
export const operationStatus = {
  ...exitStatus,
  /** Something was changed, and is not well: roll back. */
  changed: 4,
} as const;
export type OperationStatus = (typeof operationStatus)[keyof typeof operationStatus];
