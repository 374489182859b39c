import { given, type Setting } from "./setting";

const awsSecret = { area: "secrets", type: "aws:secretsmanager/secret:Secret" };
const awsImages = { area: "images", type: "aws:ecr/repository:Repository" };
const gcpSecret = { area: "secrets", type: "gcp:secretmanager/secret:Secret" };
const gcpImages = { area: "images", type: "gcp:artifactregistry/repository:Repository" };

/** What secrets and images on AWS have without being told. */
export const awsSecretSettings: readonly Setting[] = [
  {
    ...awsSecret,
    setting: "secrets encrypted with a key of our own",
    path: "kmsKeyId",
    expected: given,
    elsewhere: "-",
    why: "reading takes the key's permission too",
  },
  {
    ...awsSecret,
    setting: "a deleted secret can be brought back for 30 days",
    path: "recoveryWindowInDays",
    expected: 30,
    elsewhere: "-",
    why: "what it opened may stay closed for ever",
  },
  {
    ...awsSecret,
    setting: "secret deletion refused by Pulumi",
    path: "option:protect",
    expected: true,
    elsewhere: "-",
    why: "a mistaken deletion is refused before it is sent",
  },
  {
    ...awsImages,
    setting: "image tags never move",
    path: "imageTagMutability",
    expected: "IMMUTABLE",
    elsewhere: "-",
    why: "what was tested is what runs",
  },
  {
    ...awsImages,
    setting: "images scanned when they are pushed",
    path: "imageScanningConfiguration.scanOnPush",
    expected: true,
    elsewhere: "-",
    why: "a known vulnerability is known before it runs",
  },
  {
    ...awsImages,
    setting: "images encrypted with a key of our own",
    path: "encryptionConfigurations.*.encryptionType",
    expected: "KMS",
    elsewhere: "-",
    why: "pulling takes the key's permission too",
  },
];

/** The same on GCP. */
export const gcpSecretSettings: readonly Setting[] = [
  {
    ...gcpSecret,
    setting: "secrets encrypted with a key of our own, in a region that is named",
    path: "replication.userManaged.replicas.*.customerManagedEncryption.kmsKeyName",
    expected: given,
    elsewhere: "-",
    why: "reading takes the key's permission too; automatic replication stores anywhere",
  },
  {
    ...gcpSecret,
    setting: "a destroyed version can be brought back for 7 days",
    path: "versionDestroyTtl",
    expected: "604800s",
    elsewhere: "-",
    why: "what it opened may stay closed for ever",
  },
  {
    ...gcpSecret,
    setting: "secret deletion protection",
    path: "deletionProtection",
    expected: true,
    elsewhere: "-",
    why: "a mistaken deletion is refused",
  },
  {
    ...gcpSecret,
    setting: "secret deletion refused by Pulumi",
    path: "option:protect",
    expected: true,
    elsewhere: "-",
    why: "a mistaken deletion is refused before it is sent",
  },
  {
    ...gcpImages,
    setting: "image tags never move",
    path: "dockerConfig.immutableTags",
    expected: true,
    elsewhere: "-",
    why: "what was tested is what runs",
  },
  {
    ...gcpImages,
    setting: "images encrypted with a key of our own",
    path: "kmsKeyName",
    expected: given,
    elsewhere: "-",
    why: "access to the key can be withdrawn and is logged",
  },
];
