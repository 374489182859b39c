/** The account itself. */
export const own = "arn:aws:iam::123456789012:root";

/** A policy that allows the principal the action on the resource. */
export function policy(action: string, principal: unknown, resource: string): string {
  const statement = { Effect: "Allow", Action: action, Principal: principal, Resource: resource };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

/** The same, of whoever it is attached to. */
export function permission(action: string, resource: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: action, Resource: resource }],
  });
}

/** The policy that lets a principal take a role. */
export function trusted(principal: unknown, action = "sts:AssumeRole", condition?: unknown): string {
  const statement = { Effect: "Allow", Action: action, Principal: principal };
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ ...statement, ...(condition === undefined ? {} : { Condition: condition }) }],
  });
}
