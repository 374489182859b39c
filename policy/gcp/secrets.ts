import { isSet, show } from "../check";
import { always, inProd } from "../levels";
import { resourceRule, stackRule } from "../rule";
import { pointsAt } from "../stack";
import { isServiceAccount, membersOf } from "./members";

export const rotation = stackRule({
  id: "gcp-secret-rotation",
  title: "Secrets are made anew by themselves",
  severity: "medium",
  description:
    "What leaked unseen is worth something only until the next rotation. The label rotation=rekey says that people change it, with what it opens, and rotation=public that nothing in it is secret.",
  remedy:
    "Set rotation.rotationPeriod with a topic that something listens to, or grant roles/secretmanager.secretVersionManager on the secret to what makes versions.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(b)"], pciDss: ["8.6.3"] },
  levels: inProd,
  types: ["gcp:secretmanager/secret:Secret"],
  applies: ({ props }) => !["rekey", "public"].includes(props.labels?.["rotation"] ?? ""),
  check: (secret, stack) => {
    if (isSet(secret.props.rotation, "rotationPeriod")) return;
    return (
      !stack
        .ofType("gcp:secretmanager/secretIamMember:SecretIamMember")
        .some(
          (grant) =>
            /secretVersion(Adder|Manager)$/.test(grant.props.role ?? "") &&
            pointsAt(grant, "secretId", secret, ["secretId", "id"]),
        ) && "rotation.rotationPeriod is not set, and nothing of this stack may add versions"
    );
  },
});

export const boundOneByOne = resourceRule({
  id: "gcp-secret-bound-one-by-one",
  title: "Secrets are opened one by one",
  severity: "high",
  description: "On the project the role opens every secret of it, also those of next year.",
  remedy: "Grant the role on the one secret, by gcp.secretmanager.SecretIamMember.",
  controls: { cisGcp: ["1.6"], soc2: ["CC6.3"], gdpr: ["25"], pciDss: ["7.2.5"] },
  levels: always,
  types: ["gcp:projects/iAMMember:IAMMember", "gcp:projects/iAMBinding:IAMBinding"],
  check: (grant) =>
    (grant.props.role === "roles/secretmanager.secretAccessor" ||
      // what makes secrets, as deployments do, has to be asked for on the project: a secret is not there yet
      (grant.props.role === "roles/secretmanager.admin" && !membersOf(grant).every(isServiceAccount))) &&
    grant.props.condition === undefined &&
    `${show(grant.props.role)} is granted on the whole project`,
});
