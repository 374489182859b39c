import { isTrue, mustBeOneOf, mustBeSet, mustNotBeOn } from "../check";
import { always, fromStaging, offInDev, onlyWarns, strictInProd } from "../levels";
import { isForEveryone, statementsOf } from "../policyDocument";
import { resourceRule, stackRule } from "../rule";
import { pointingAt } from "../stack";

const repositories = ["aws:ecr/repository:Repository"] as const;

export const customerKey = resourceRule({
  id: "aws-ecr-cmk",
  title: "Images are under our key",
  severity: "medium",
  description: "An image is the program, with what it was built from.",
  remedy: 'Set encryptionConfigurations to encryptionType "KMS" with a kmsKey of this stack.',
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: strictInProd,
  types: repositories,
  check: ({ props }) => {
    const encryption = props.encryptionConfigurations?.[0];
    return [
      mustBeOneOf(
        encryption?.encryptionType,
        ["KMS", "KMS_DSSE"],
        "encryptionConfigurations[0].encryptionType",
      ),
      mustBeSet(encryption, "kmsKey", "encryptionConfigurations[0].kmsKey"),
    ];
  },
});

export const immutable = resourceRule({
  id: "aws-ecr-immutable",
  title: "A tag stays the image that it was",
  severity: "medium",
  description: "What was tested runs: with tags that move, the next node pulls another program.",
  remedy: 'Set imageTagMutability to "IMMUTABLE".',
  controls: { soc2: ["CC8.1"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: repositories,
  check: ({ props }) =>
    mustBeOneOf(props.imageTagMutability, ["IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION"], "imageTagMutability"),
});

export const kept = resourceRule({
  id: "aws-ecr-no-force-delete",
  title: "Repositories with images refuse deletion",
  severity: "medium",
  description: "Without the image no node that is new can start what already runs.",
  remedy: "Leave forceDelete false.",
  controls: { soc2: ["A1.2"] },
  levels: offInDev,
  types: repositories,
  check: ({ props }) => mustNotBeOn(props.forceDelete, "forceDelete"),
  remediation: {
    "aws:ecr/repository:Repository": { forceDelete: false },
  },
});

export const lifecycle = stackRule({
  id: "aws-ecr-lifecycle",
  title: "Old images go",
  severity: "low",
  description: "Images that nobody runs cost money, and their holes fill the list of those that count.",
  remedy: "Add an aws.ecr.LifecyclePolicy for the repository.",
  controls: { soc2: ["CC7.1"] },
  levels: onlyWarns,
  types: repositories,
  check: (repository, stack) =>
    pointingAt(stack, "aws:ecr/lifecyclePolicy:LifecyclePolicy", "repository", repository).length === 0 &&
    "no LifecyclePolicy is about this repository",
});

export const notPublic = resourceRule({
  id: "aws-ecr-no-public-policy",
  title: "Repositories let in nobody in particular",
  severity: "critical",
  description: "Whoever may pull reads the program; whoever may push runs theirs in our cluster.",
  remedy: "Name the principals, or add a Condition such as aws:PrincipalOrgID.",
  controls: { cisEks: ["5.1.2", "5.1.3"], soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: ["aws:ecr/repositoryPolicy:RepositoryPolicy"],
  check: ({ props }) =>
    statementsOf(props.policy, "policy").some(isForEveryone) &&
    'policy has an Allow for Principal "*" without a condition',
});

export const scanned = stackRule({
  id: "aws-ecr-scanned",
  title: "Images are searched for known holes",
  severity: "medium",
  description: "Most holes are in what an image was built on, and are found after it was built.",
  remedy:
    'Set imageScanningConfiguration.scanOnPush to true, or add an aws.ecr.RegistryScanningConfiguration of scanType "ENHANCED".',
  controls: {
    cisEks: ["5.1.1"],
    nsa: ["Building secure container images"],
    soc2: ["CC7.1"],
    gdpr: ["32(1)(d)"],
    pciDss: ["6.3.1"],
  },
  levels: fromStaging,
  types: repositories,
  check: ({ props }, stack) =>
    !isTrue(props.imageScanningConfiguration?.scanOnPush) &&
    !stack
      .ofType("aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration")
      .some(
        (registry) => registry.props.scanType === "ENHANCED" && (registry.props.rules ?? []).length > 0,
      ) &&
    "imageScanningConfiguration.scanOnPush is not true",
});
