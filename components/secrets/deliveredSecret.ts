import type { Access, Admission, Grantable, WorkloadIdentity } from "../identity/workloadIdentity";
import { secretName } from "./secret";

/** Key of the value in the Secret that External Secrets makes of a secret. */
export const deliveredKey = "value";

/**
 * A secret as a workload has it that reads its environment alone: `<KEY>`, the newest value, by reference to a Secret of its
 * namespace. The workload itself is let into nothing, and is rolled when the value changes.
 */
export function deliveredSecret(key: string): Grantable {
  const admission: Admission = {
    [secretName(key)]: { secretName: key, key: deliveredKey },
  };
  return {
    connection: {},
    grant: (_name: string, { serviceAccount }: WorkloadIdentity, access: Access): Admission => {
      if (access !== "read") {
        throw new RangeError(
          `${serviceAccount}.stores.${key}: expected "read", as a variable can't be written, got "${access}"`,
        );
      }
      return admission;
    },
  };
}
