import { alertPolicy, type AlertPolicyArgs, type PolicyOptions } from "./alertPolicy";

/** One policy for each, named by its key. */
export function makeAll(
  name: string,
  policies: Readonly<Record<string, AlertPolicyArgs>>,
  opts: PolicyOptions,
): void {
  for (const [what, args] of Object.entries(policies)) {
    alertPolicy(name, what, args, opts);
  }
}
