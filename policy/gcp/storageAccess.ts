import { mustBeAtLeast, show } from "../check";
import { always, inProd } from "../levels";
import { resourceRule } from "../rule";

/** Everyone, by the names that ACLs give them. */
const everyone = ["allUsers", "allAuthenticatedUsers"];

export const noPublicAcl = resourceRule({
  id: "gcp-storage-no-public-acl",
  title: "Cloud Storage grants nothing to the public by ACL",
  severity: "critical",
  description: "allUsers is the internet, allAuthenticatedUsers everyone with a Google account.",
  remedy: "Take the entity out, set uniformBucketLevelAccess on the bucket and grant by IAM.",
  controls: { cisGcp: ["5.1"], soc2: ["CC6.1"], gdpr: ["32(1)(b)"], pciDss: ["7.2.1"] },
  levels: always,
  types: [
    "gcp:storage/bucketACL:BucketACL",
    "gcp:storage/bucketAccessControl:BucketAccessControl",
    "gcp:storage/defaultObjectACL:DefaultObjectACL",
  ],
  check: (resource) => {
    if (resource.type === "gcp:storage/bucketAccessControl:BucketAccessControl") {
      const { entity = "", role } = resource.props;
      return everyone.includes(entity) && `${entity} is granted ${show(role)}`;
    }
    const named = resource.type === "gcp:storage/bucketACL:BucketACL" ? resource.props : undefined;
    return [
      ...(resource.props.roleEntities ?? [])
        .filter((pair) => everyone.some((entity) => pair.endsWith(`:${entity}`)))
        .map((pair) => `roleEntities holds ${pair}`),
      ...[named?.predefinedAcl, named?.defaultAcl]
        .filter((acl) => /^(public|authenticated)Read/.test(acl ?? ""))
        .map((acl) => `${show(acl)} is an ACL for everyone`),
    ];
  },
});

export const softDelete = resourceRule({
  id: "gcp-storage-soft-delete",
  title: "What is deleted from Cloud Storage can be brought back",
  severity: "low",
  description:
    "A wrong lifecycle rule, or a thief, deletes all versions in a minute; soft delete keeps them for days.",
  remedy:
    "Leave softDeletePolicy out, which is seven days, or set retentionDurationSeconds to the days asked.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: inProd,
  settings: {
    minDays: {
      schema: { type: "integer", minimum: 0, maximum: 90, description: "Fewest days that it is kept." },
      values: { dev: 0, staging: 7, prod: 7 },
    },
  },
  types: ["gcp:storage/bucket:Bucket"],
  check: ({ props: { softDeletePolicy } }, { minDays }) =>
    softDeletePolicy !== undefined &&
    mustBeAtLeast(
      // unset within the policy is the service's seven days
      softDeletePolicy.retentionDurationSeconds ?? 604_800,
      minDays * 86_400,
      "softDeletePolicy.retentionDurationSeconds",
    ),
});
