import { holdsCredential, isSecretName, isSet, mustBeOn, mustBeOneOf, mustBeSet } from "../check";
import { always, inProd, strictInProd } from "../levels";
import { resourceRule } from "../rule";

const tables = ["aws:dynamodb/table:Table"] as const;

export const tableRecovery = resourceRule({
  id: "aws-dynamodb-pitr",
  title: "DynamoDB can go back to any minute",
  severity: "medium",
  description: "A mistake is undone to the minute before it; a backup of the night loses the day.",
  remedy: "Set pointInTimeRecovery.enabled to true.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: strictInProd,
  types: tables,
  check: ({ props }) => mustBeOn(props.pointInTimeRecovery?.enabled, "pointInTimeRecovery.enabled"),
});

export const tableKey = resourceRule({
  id: "aws-dynamodb-cmk",
  title: "DynamoDB is under our key",
  severity: "medium",
  description:
    "With a key of ours every use is logged, and withdrawing the key makes lost copies unreadable.",
  remedy:
    "Set serverSideEncryption.enabled to true and serverSideEncryption.kmsKeyArn to a key of this stack.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: strictInProd,
  types: tables,
  check: ({ props: { serverSideEncryption } }) => [
    mustBeOn(serverSideEncryption?.enabled, "serverSideEncryption.enabled"),
    mustBeSet(serverSideEncryption, "kmsKeyArn", "serverSideEncryption.kmsKeyArn"),
  ],
});

export const tableKept = resourceRule({
  id: "aws-dynamodb-deletion-protection",
  title: "DynamoDB refuses deletion",
  severity: "high",
  description: "The API itself refuses to delete the table until someone has switched that off on purpose.",
  remedy: "Set deletionProtectionEnabled to true.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(b)"] },
  levels: inProd,
  types: tables,
  check: ({ props }) => mustBeOn(props.deletionProtectionEnabled, "deletionProtectionEnabled"),
});

export const fileSystem = resourceRule({
  id: "aws-efs-encrypted",
  title: "EFS is encrypted with our key",
  severity: "high",
  description: "It can't be added to a file system that is there.",
  remedy: "Set encrypted to true and kmsKeyId to a key of this stack.",
  controls: { cisAws: ["3.3.1"], soc2: ["CC6.1"], gdpr: ["32(1)(a)"], pciDss: ["3.5.1"] },
  levels: always,
  types: ["aws:efs/fileSystem:FileSystem"],
  check: ({ props }) => [mustBeOn(props.encrypted, "encrypted"), mustBeSet(props, "kmsKeyId")],
});

export const secureParameter = resourceRule({
  id: "aws-ssm-secure-string",
  title: "Secrets in Parameter Store are enciphered with our key",
  severity: "high",
  description: "A parameter of type String is in plain text for everyone who may list parameters.",
  remedy: 'Set type to "SecureString" and keyId to a key of this stack, or use Secrets Manager.',
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"], pciDss: ["8.6.2"] },
  levels: always,
  types: ["aws:ssm/parameter:Parameter"],
  check: ({ name, props }) => {
    const secret = [name, props.name ?? ""].some(isSecretName);
    return [
      holdsCredential(props.insecureValue) && "insecureValue holds what looks like a credential",
      secret && mustBeOneOf(props.type, ["SecureString"], "type"),
      (secret || props.type === "SecureString") && mustBeSet(props, "keyId"),
      secret && isSet(props, "insecureValue") && "insecureValue is set, expected value or valueWo",
    ];
  },
});

export const publicRegistry = resourceRule({
  id: "aws-ecr-no-public-registry",
  title: "No image is published to everyone",
  severity: "critical",
  description: "What stands in ECR Public is anyone's, with all that was built into it.",
  remedy: "Use aws.ecr.Repository.",
  controls: { cisEks: ["5.1.2", "5.1.3"], soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: ["aws:ecrpublic/repository:Repository"],
  check: () => "a public repository is made",
});
