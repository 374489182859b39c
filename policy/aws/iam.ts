import { show } from "../check";
import { always, fromStaging } from "../levels";
import { isForEveryone, statementsOf } from "../policyDocument";
import { resourceRule } from "../rule";

/** Services in which every action means power over everything else. */
const rootServices = ["iam", "sts", "kms", "organizations"];

export const noFullAdmin = resourceRule({
  id: "aws-iam-no-full-admin",
  title: "IAM policies grant no administrator",
  severity: "critical",
  description:
    "A role that may do everything to everything turns any fault in what wears it into the loss of the account.",
  remedy: "List the actions that are needed in Action and name what they are for in Resource.",
  controls: { cisAws: ["2.14"], soc2: ["CC6.3"], gdpr: ["25"], pciDss: ["7.2.5"] },
  levels: always,
  types: [
    "aws:iam/policy:Policy",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/userPolicy:UserPolicy",
    "aws:iam/groupPolicy:GroupPolicy",
  ],
  check: ({ props }) =>
    statementsOf(props.policy, "policy").flatMap(({ allow, actions, allActionsBut, resources }) => {
      if (!allow || !resources.includes("*")) return [];
      if (allActionsBut) return ['policy allows NotAction on Resource "*"'];
      return actions
        .filter(
          (action) =>
            action === "*" || action === "*:*" || rootServices.some((service) => action === `${service}:*`),
        )
        .map((action) => `policy allows ${action} on Resource "*"`);
    }),
});

export const noAdminManagedPolicy = resourceRule({
  id: "aws-iam-no-admin-managed-policy",
  title: "IAM roles carry no administrator's policy",
  severity: "critical",
  description:
    "AdministratorAccess, IAMFullAccess and PowerUserAccess are for people in an emergency, not for programs.",
  remedy: "Attach a policy with the actions that are needed.",
  controls: { cisAws: ["2.14"], soc2: ["CC6.3"], gdpr: ["25"], pciDss: ["7.2.5"] },
  levels: fromStaging,
  types: ["aws:iam/rolePolicyAttachment:RolePolicyAttachment", "aws:iam/role:Role"],
  check: (resource) => {
    const arns =
      resource.type === "aws:iam/role:Role"
        ? (resource.props.managedPolicyArns ?? [])
        : [resource.props.policyArn ?? ""];
    return arns
      .map((arn) => /\/(AdministratorAccess|IAMFullAccess|PowerUserAccess)$/.exec(arn)?.[1])
      .map((name) => name !== undefined && `the role carries ${name}`);
  },
});

export const noUsersOrKeys = resourceRule({
  id: "aws-iam-no-users-or-keys",
  title: "IAM has no users and no access keys",
  severity: "high",
  description:
    "An access key is a password that works from anywhere until someone revokes it; roles are lent by the hour.",
  remedy:
    "Give workloads a role by EKS Pod Identity, CI a role by OIDC, people a role by IAM Identity Center.",
  controls: { cisAws: ["2.19"], soc2: ["CC6.1"] },
  levels: fromStaging,
  types: ["aws:iam/user:User", "aws:iam/accessKey:AccessKey", "aws:iam/userLoginProfile:UserLoginProfile"],
  check: ({ type }) => `${show(type.slice(type.lastIndexOf(":") + 1))} is made`,
});

export const trustRestricted = resourceRule({
  id: "aws-iam-trust-restricted",
  title: "IAM roles are assumed by those they name",
  severity: "critical",
  description:
    'A trust policy open to "*", or to a whole OIDC provider without the subject pinned, lends the role to strangers: any repository, any service account.',
  remedy: "Name the principal; for federation pin :aud and an exact :sub by StringEquals.",
  controls: { cisAws: ["2.21"], soc2: ["CC6.3"], gdpr: ["32(1)(b)"], pciDss: ["7.2.1"] },
  levels: always,
  types: ["aws:iam/role:Role"],
  check: ({ props }) =>
    statementsOf(props.assumeRolePolicy, "assumeRolePolicy").map((statement) => {
      if (isForEveryone(statement)) return 'assumeRolePolicy allows Principal "*" without a condition';
      if (!statement.allow || !statement.actions.includes("sts:AssumeRoleWithWebIdentity")) return undefined;
      const subjects = Object.entries(statement.conditions).filter(([key]) => key.endsWith(":sub"));
      if (subjects.length === 0)
        return "assumeRolePolicy trusts a web identity provider without a condition on :sub";
      return (
        subjects.some(([, values]) =>
          values.some((value) => value === "*" || /^system:serviceaccount:(\*|[^:]*:\*$)/.test(value)),
        ) && "assumeRolePolicy lets any :sub in by a wildcard"
      );
    }),
});
