import { given, type Setting } from "./setting";

const release = { area: "vault", type: "kubernetes:helm.sh/v3:Release", only: /^main-vault$/ };
const snapshots = { area: "vault", type: "kubernetes:batch/v1:CronJob", only: /^main-vault-snapshot$/ };
const awsKey = { area: "vault", type: "aws:kms/key:Key", only: /^main-vault-seal-key/ };
const gcpKey = { area: "vault", type: "gcp:kms/cryptoKey:CryptoKey", only: /^main-vault-seal-key/ };

/** What Vault has on either cloud without being told. */
const everywhere: readonly Setting[] = [
  {
    ...release,
    setting: "Vault has three servers, which keep its data among them",
    path: "values.server.ha.replicas",
    expected: 3,
    elsewhere: "vault-helm one, standalone",
    why: "one may go",
  },
  {
    ...release,
    setting: "Vault speaks TLS",
    path: "values.global.tlsDisable",
    expected: false,
    elsewhere: "vault-helm true",
    why: "nothing reads along",
  },
  {
    ...release,
    setting: "Vault's audit log has a volume of its own",
    path: "values.server.auditStorage.enabled",
    expected: true,
    elsewhere: "vault-helm false",
    why: "a disk full of it leaves the data alone",
  },
  {
    ...release,
    setting: "nothing of Vault's changes pods as they are made",
    path: "values.injector.enabled",
    expected: false,
    elsewhere: "vault-helm true",
    why: "services sign in by themselves",
  },
  {
    ...release,
    setting: "Vault's root file system is not written to",
    path: "values.server.statefulSet.securityContext.container.readOnlyRootFilesystem",
    expected: true,
    elsewhere: "vault-helm not set",
    why: "what gets in can leave nothing there",
  },
  {
    ...snapshots,
    setting: "a snapshot of Vault is kept each day",
    path: "spec.schedule",
    expected: "15 1 * * *",
    elsewhere: "vault-helm none",
    why: "what people put into it is nowhere else",
  },
];

/** The same on AWS. */
export const awsVaultSettings: readonly Setting[] = [
  ...everywhere,
  {
    ...awsKey,
    setting: "the key that opens Vault is made anew each year",
    path: "enableKeyRotation",
    expected: true,
    elsewhere: "-",
    why: "less is encrypted with each",
  },
  {
    ...awsKey,
    setting: "deletion of the key that opens Vault refused by Pulumi",
    path: "option:protect",
    expected: true,
    elsewhere: "-",
    why: "what Vault keeps is lost with it",
  },
];

/** The same on GCP. */
export const gcpVaultSettings: readonly Setting[] = [
  ...everywhere,
  {
    ...gcpKey,
    setting: "the key that opens Vault is made anew by itself",
    path: "rotationPeriod",
    expected: given,
    elsewhere: "-",
    why: "less is encrypted with each",
  },
  {
    ...gcpKey,
    setting: "deletion of the key that opens Vault refused by Pulumi",
    path: "option:protect",
    expected: true,
    elsewhere: "-",
    why: "what Vault keeps is lost with it",
  },
];
