import { show } from "../check";
import { always, fromStaging, strictInProd } from "../levels";
import { isServiceAccount, membersOf } from "./members";
import { everyTypeRule, resourceRule } from "../rule";

const projectGrants = ["gcp:projects/iAMMember:IAMMember", "gcp:projects/iAMBinding:IAMBinding"] as const;

export const noBasicRoles = resourceRule({
  id: "gcp-iam-no-basic-roles",
  title: "IAM grants no owner, editor or viewer",
  severity: "critical",
  description: "The basic roles reach every service of the project, including those it takes up next year.",
  remedy: "Set role to a predefined or custom role for what is needed.",
  controls: { cisGcp: ["1.6"], soc2: ["CC6.3"], gdpr: ["25"], pciDss: ["7.2.5"] },
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

const everyone = ["allUsers", "allAuthenticatedUsers"];

export const noPublicMembers = everyTypeRule({
  id: "gcp-iam-no-public-members",
  title: "IAM grants nothing to everyone",
  severity: "critical",
  description: "allUsers is the internet, allAuthenticatedUsers everyone with a Google account.",
  remedy: "Name the users, groups or service accounts in member, members or policyData.",
  controls: { cisGcp: ["1.10", "5.1"], soc2: ["CC6.1"], gdpr: ["32(1)(b)"], pciDss: ["7.2.1"] },
  levels: always,
  concerns: (type) => /^gcp:.*I[Aa][Mm](Member|Binding|Policy)$/.test(type),
  check: (grant) => {
    const { policyData, role } = grant.props;
    // what a whole policy grants stands in its text
    if (typeof policyData === "string") {
      return everyone
        .filter((member) => policyData.includes(`"${member}"`))
        .map((member) => `policyData grants something to ${member}`);
    }
    return membersOf(grant)
      .filter((member) => everyone.includes(member))
      .map((member) => `${member} is granted ${show(role)}`);
  },
});

export const corporateAccounts = everyTypeRule({
  id: "gcp-iam-no-consumer-accounts",
  title: "IAM knows accounts of the organization alone",
  severity: "high",
  description:
    "An address of Gmail is a person's own: nobody sees whether it has a second factor, and it stays when the person goes.",
  remedy: "Name an account of Cloud Identity or Workspace, or a group.",
  controls: { cisGcp: ["1.1"], soc2: ["CC6.2", "CC6.3"], gdpr: ["32(1)(b)"] },
  levels: always,
  concerns: (type) => /^gcp:.*I[Aa][Mm](Member|Binding)$/.test(type),
  check: (grant) =>
    membersOf(grant)
      .filter((member) => /@(gmail|googlemail)\.com$/i.test(member))
      .map((member) => `${member} is granted ${show(grant.props["role"])}`),
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

export const noAuthoritativePolicy = resourceRule({
  id: "gcp-iam-additive-only",
  title: "No stack owns the project's IAM policy",
  severity: "high",
  description: "Setting the whole policy takes away what others granted, Google's own agents included.",
  remedy: "Grant by gcp.projects.IAMMember and take gcp.projects.IAMPolicy out.",
  controls: { soc2: ["CC6.3", "CC8.1"] },
  levels: always,
  types: ["gcp:projects/iAMPolicy:IAMPolicy"],
  check: () => "the project's whole IAM policy is set",
});

export const noDefaultAccounts = resourceRule({
  id: "gcp-iam-no-default-accounts",
  title: "IAM grants nothing to default service accounts",
  severity: "high",
  description: "Compute Engine's and App Engine's own accounts are worn by everything that names no other.",
  remedy: "Make a gcp.serviceaccount.Account for what needs the role.",
  controls: { cisGcp: ["4.1"], soc2: ["CC6.3"], gdpr: ["25"], pciDss: ["7.2.5"] },
  levels: always,
  types: projectGrants,
  check: (grant) =>
    membersOf(grant)
      .filter((member) =>
        /^serviceAccount:(\d+-compute@developer|[^@]+@appspot)\.gserviceaccount\.com$/.test(member),
      )
      .map((member) => `${member} is granted ${show(grant.props.role)}`),
});

/**
 * Roles that give whoever has them every other one. An administrator of a single service is none: who deploys a platform
 * makes and changes what each service has.
 */
const administersAccess =
  /^roles\/(resourcemanager\.(project|folder|organization)\w*Admin|iam\.(securityAdmin|(organizationR|r)oleAdmin)|orgpolicy\.policyAdmin|billing\.admin)$/;

export const noServiceAccountAdmins = resourceRule({
  id: "gcp-iam-no-admin-accounts",
  title: "No service account administers access to the project",
  severity: "high",
  description: "A program that may grant roles turns any fault in it into the loss of the whole project.",
  remedy: "Grant a role for what is needed, or bound by a condition which roles may be granted.",
  controls: { cisGcp: ["1.6"], soc2: ["CC6.3"], gdpr: ["25"], pciDss: ["7.2.5"] },
  levels: strictInProd,
  types: projectGrants,
  check: (grant) =>
    administersAccess.test(grant.props.role ?? "") && grant.props.condition === undefined
      ? membersOf(grant)
          .filter(isServiceAccount)
          .map((member) => `${member} is granted ${show(grant.props.role)}`)
      : undefined,
});

/** Permissions by which whoever has them can get every other one. */
const escalating = [
  "iam.roles.create",
  "iam.roles.update",
  "iam.serviceAccountKeys.create",
  "iam.serviceAccounts.getAccessToken",
  "iam.serviceAccounts.setIamPolicy",
  "iam.serviceAccounts.signBlob",
  "iam.serviceAccounts.signJwt",
  "orgpolicy.policy.set",
  "resourcemanager.projects.setIamPolicy",
];

export const roleNoEscalation = resourceRule({
  id: "gcp-iam-role-no-escalation",
  title: "Custom roles give no way to more",
  severity: "high",
  description: "Who may grant roles, or be any service account, has every permission but one step away.",
  remedy: "Leave the permission out, or grant a predefined role on the one resource.",
  controls: { soc2: ["CC6.3"], gdpr: ["32(1)(b)"], pciDss: ["7.2.5"] },
  levels: always,
  types: ["gcp:projects/iAMCustomRole:IAMCustomRole"],
  check: ({ props }) =>
    (props.permissions ?? [])
      .filter((permission) => escalating.includes(permission))
      .map((permission) => `permissions holds ${permission}`),
});

export const federationPinned = resourceRule({
  id: "gcp-iam-federation-pinned",
  title: "Federation lets in the one repository",
  severity: "critical",
  description: "Without a condition every workflow on GitHub, whoever's it is, is let in by the pool.",
  remedy: "Compare assertion.sub, repository or repository_owner to a value in attributeCondition.",
  controls: { soc2: ["CC6.1", "CC6.3"], gdpr: ["32(1)(b)"], pciDss: ["7.2.1"] },
  levels: always,
  types: ["gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider"],
  check: ({ props }) => [
    !/\b(assertion|attribute|google)\.\w+\s*(==|in\b|\.startsWith\()/.test(props.attributeCondition ?? "") &&
      "attributeCondition compares no claim",
    props.oidc !== undefined &&
      props.oidc.issuerUri?.startsWith("https://") !== true &&
      "oidc.issuerUri is no https:// address",
  ],
});
