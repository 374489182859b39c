import assert from "node:assert/strict";
import type { ResourceRemediation, ResourceValidation, StackValidation } from "@pulumi/policy";
import { always } from "../../policy/levels";
import type { Rule } from "../../policy/rule";

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

/** What CrossGuard hands a rule has more than rules read: a test states what is read, and this is the one place that says it is all. */
export function asGiven<T>(stated: object): T {
  return stated as T;
}

/** What judges one resource. */
export function validatorOf(policy: Rule["policy"] | undefined): ResourceValidation {
  assert.ok(policy !== undefined && "validateResource" in policy);
  assert.ok(typeof policy.validateResource === "function");
  return policy.validateResource;
}

/** What mends one resource. */
export function remediatorOf(policy: Rule["policy"]): ResourceRemediation {
  assert.ok("remediateResource" in policy && typeof policy.remediateResource === "function");
  return policy.remediateResource;
}

/** What judges a whole stack. */
export function stackValidatorOf(policy: Rule["policy"]): StackValidation {
  assert.ok("validateStack" in policy);
  return policy.validateStack;
}
