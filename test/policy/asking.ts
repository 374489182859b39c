import { always } from "../../policy/levels";

/** What a rule of a test states about itself, where it does not matter. */
export const facts = {
  title: "A title",
  severity: "high",
  description: "A reason.",
  remedy: "Do it.",
  controls: {},
  levels: always,
} as const;

/** What a rule throws that declines, as CrossGuard has it. */
export class Declined extends Error {}

/** CrossGuard's way for a rule to decline. */
export function notApplicable(reason?: string): never {
  throw new Declined(reason);
}

/** Whether an error is that of a rule which declined with these words. */
export function declinesWith(reason: string): (error: unknown) => boolean {
  return (error) => error instanceof Declined && error.message === reason;
}
