import type { CompleteFile } from "./complete";
import { type ConfigProblem, show } from "./errors";

/** A copy beside the original would be none, and on AWS who owns the account says where its images are copied to. */
export function checkRecovery(file: CompleteFile): ConfigProblem[] {
  const { cloud, environment, dr } = file;
  const recoveryRegion = dr?.region[cloud];
  if (recoveryRegion === undefined) return [];
  const key = `dr.region.${cloud}`;
  const ownsAccount = (file.audit ?? (environment === "prod" ? "stack" : "none")) === "stack";
  return [
    ...(recoveryRegion === file[cloud]?.region
      ? [{ key, expected: `another region than groundwork:${cloud}.region`, got: show(recoveryRegion) }]
      : []),
    ...(cloud === "aws" && !ownsAccount
      ? [
          {
            key,
            expected:
              "no key where groundwork:audit is none: an account's registry has one rule of what is copied where",
            got: show(recoveryRegion),
          },
        ]
      : []),
  ];
}
