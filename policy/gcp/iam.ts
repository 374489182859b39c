import { show } from "../check";
import { always, fromStaging } from "../levels";
import { everyTypeRule, resourceRule } from "../rule";

const projectGrants = ["gcp:projects/iAMMember:IAMMember", "gcp:projects/iAMBinding:IAMBinding"] as const;

export const noBasicRoles = resourceRule({
  id: "gcp-iam-no-basic-roles",
  title: "IAM grants no owner, editor or viewer",
  severity: "critical",
  description: "The basic roles reach every service of the project, including those it takes up next year.",
  remedy: "Set role to a predefined or custom role for what is needed.",
  controls: { cisGcp: ["1.6"], soc2: ["CC6.3"], gdpr: ["25"] },
  levels: fromStaging,
  types: projectGrants,
  check: ({ props: { role } }) =>
    ["roles/owner", "roles/editor", "roles/viewer"].includes(role ?? "") &&
    `role is ${show(role)}, a basic role`,
});

export const noProjectImpersonation = resourceRule({
  id: "gcp-iam-no-project-impersonation",
  title: "IAM lets nobody be any service account",
  severity: "high",
  description: "On the project these roles mean every account in it, also the most powerful one.",
  remedy: "Grant the role on the one account, by gcp.serviceaccount.IAMMember.",
  controls: { cisGcp: ["1.7"], soc2: ["CC6.3"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: projectGrants,
  check: ({ props: { role } }) =>
    [
      "roles/iam.serviceAccountUser",
      "roles/iam.serviceAccountTokenCreator",
      "roles/iam.serviceAccountKeyAdmin",
      "roles/iam.workloadIdentityUser",
    ].includes(role ?? "") && `role is ${show(role)} on the whole project`,
});

export const noPublicMembers = everyTypeRule({
  id: "gcp-iam-no-public-members",
  title: "IAM grants nothing to everyone",
  severity: "critical",
  description: "allUsers is the internet, allAuthenticatedUsers everyone with a Google account.",
  remedy: "Name the users, groups or service accounts in member or members.",
  controls: { cisGcp: ["1.10", "5.1"], soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: always,
  concerns: (type) => /^gcp:.*I[Aa][Mm](Member|Binding)$/.test(type),
  check: ({ props }) => {
    // One is IAMMember's, the other IAMBinding's.
    const members = [
      props["member"],
      ...(Array.isArray(props["members"]) ? (props["members"] as unknown[]) : []),
    ];
    return members
      .filter((member) => member === "allUsers" || member === "allAuthenticatedUsers")
      .map((member) => `${String(member)} is granted ${show(props["role"])}`);
  },
});

export const noServiceAccountKeys = resourceRule({
  id: "gcp-iam-no-service-account-keys",
  title: "IAM has no service account keys",
  severity: "high",
  description: "A key is a password that works from anywhere until someone revokes it.",
  remedy:
    "Give workloads Workload Identity, CI Workload Identity Federation, and take gcp.serviceaccount.Key out.",
  controls: { cisGcp: ["1.5", "1.8"], soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: ["gcp:serviceaccount/key:Key"],
  check: () => "a service account key is made",
});
