import { mustBeAtLeast, mustBeOneOf, mustBeOn } from "../check";
import { always } from "../levels";
import { resourceRule } from "../rule";

export const disksByDefault = resourceRule({
  id: "aws-ec2-ebs-encryption-by-default",
  title: "New disks are encrypted without anyone's asking",
  severity: "medium",
  description: "A disk that someone makes by hand is encrypted only where the account says so of all.",
  remedy: "Set enabled to true.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: always,
  types: ["aws:ebs/encryptionByDefault:EncryptionByDefault"],
  check: ({ props }) => props.enabled === false && "enabled is false, expected true or not set",
});

export const snapshotsPrivate = resourceRule({
  id: "aws-ec2-snapshots-not-public",
  title: "Snapshots can't be shared with everyone",
  severity: "high",
  description: "A public snapshot is a copy of a disk for every account of AWS, and is looked for.",
  remedy: 'Set state to "block-all-sharing".',
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: ["aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess"],
  check: ({ props }) => mustBeOneOf(props.state, ["block-all-sharing", "block-new-sharing"], "state"),
});

/** NIST and the CIS benchmark ask for 14 characters; AWS remembers 24 passwords at most. */
const [minCharacters, minRemembered] = [14, 24];

export const passwords = resourceRule({
  id: "aws-iam-password-policy",
  title: "Passwords are long, and not used again",
  severity: "medium",
  description: "Where an account has users with passwords at all, short ones are guessed.",
  remedy: `Set minimumPasswordLength to ${minCharacters} or more, and passwordReusePrevention to ${minRemembered}.`,
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: ["aws:iam/accountPasswordPolicy:AccountPasswordPolicy"],
  check: ({ props }) => [
    mustBeAtLeast(props.minimumPasswordLength, minCharacters, "minimumPasswordLength"),
    mustBeAtLeast(props.passwordReusePrevention, minRemembered, "passwordReusePrevention"),
  ],
});

export const workgroups = resourceRule({
  id: "aws-athena-workgroup-enforced",
  title: "Athena's workgroups say how results are kept",
  severity: "medium",
  description: "Otherwise each client chooses where its results go, and whether they are encrypted.",
  remedy: "Leave configuration.enforceWorkgroupConfiguration on, and set resultConfiguration's encryption.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: always,
  types: ["aws:athena/workgroup:Workgroup"],
  check: ({ props: { configuration } }) => [
    configuration?.enforceWorkgroupConfiguration === false &&
      "configuration.enforceWorkgroupConfiguration is false",
    mustBeOneOf(
      configuration?.resultConfiguration?.encryptionConfiguration?.encryptionOption,
      ["SSE_KMS", "CSE_KMS"],
      "configuration.resultConfiguration.encryptionConfiguration.encryptionOption",
    ),
  ],
});

export const notebooks = resourceRule({
  id: "aws-sagemaker-notebook-private",
  title: "Notebooks stand in the network, without root",
  severity: "high",
  description:
    "A notebook runs whatever is pasted into it, with its role: with an interface of AWS' own to the internet nothing of the network's holds for it.",
  remedy:
    'Set directInternetAccess to "Disabled", subnetId and securityGroups, and rootAccess to "Disabled".',
  controls: { soc2: ["CC6.6"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: ["aws:sagemaker/notebookInstance:NotebookInstance"],
  check: ({ props }) => [
    mustBeOneOf(props.directInternetAccess, ["Disabled"], "directInternetAccess"),
    mustBeOneOf(props.rootAccess, ["Disabled"], "rootAccess"),
  ],
});

export const apiMethods = resourceRule({
  id: "aws-apigateway-authorized",
  title: "APIs know who calls",
  severity: "high",
  description:
    "A method without authorization is open to whoever finds its address; the question before a request of another page (OPTIONS) comes without one.",
  remedy: "Set authorization to AWS_IAM, COGNITO_USER_POOLS or CUSTOM with an authorizer.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: ["aws:apigateway/method:Method"],
  applies: ({ props }) => props.httpMethod !== "OPTIONS",
  check: ({ props }) =>
    props.apiKeyRequired !== true &&
    mustBeOneOf(props.authorization, ["AWS_IAM", "COGNITO_USER_POOLS", "CUSTOM"], "authorization"),
});

/** Stores of AWS that the program makes none of. */
const others = [
  "aws:docdb/cluster:Cluster",
  "aws:neptune/cluster:Cluster",
  "aws:redshift/cluster:Cluster",
] as const;

export const otherStores = resourceRule({
  id: "aws-data-stores-encrypted",
  title: "DocumentDB, Neptune, Redshift and Kinesis are encrypted",
  severity: "high",
  description: "Most of it can't be added later: the store is made again, and its data moved.",
  remedy: 'Set storageEncrypted or encrypted to true, of a stream encryptionType to "KMS".',
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: always,
  types: [...others, "aws:kinesis/stream:Stream"],
  check: (resource) => {
    switch (resource.type) {
      case "aws:kinesis/stream:Stream":
        return mustBeOneOf(resource.props.encryptionType, ["KMS"], "encryptionType");
      case "aws:redshift/cluster:Cluster":
        return mustBeOn(resource.props.encrypted, "encrypted");
      case "aws:docdb/cluster:Cluster":
      case "aws:neptune/cluster:Cluster":
        return mustBeOn(resource.props.storageEncrypted, "storageEncrypted");
    }
  },
});

export const warehousePrivate = resourceRule({
  id: "aws-redshift-not-public",
  title: "Redshift can't be reached from the internet",
  severity: "critical",
  description: "A warehouse holds a copy of everything; only the network should reach it.",
  remedy: "Set publiclyAccessible to false.",
  controls: { soc2: ["CC6.6"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: ["aws:redshift/cluster:Cluster"],
  check: ({ props }) =>
    props.publiclyAccessible === true && "publiclyAccessible is true, expected false or not set",
});
