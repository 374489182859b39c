import { atLeast, holding, type Setting } from "./setting";

const atlas = { area: "MongoDB", type: "mongodbatlas:index/advancedCluster:AdvancedCluster" };
const elsewhere = "-";

/** What MongoDB on Atlas has without being told, on either cloud. */
const settings: readonly Setting[] = [
  {
    ...atlas,
    setting: "TLS 1.2 or later alone",
    path: "advancedConfiguration.minimumEnabledTlsProtocol",
    expected: "TLS1_2",
    elsewhere,
    why: "older versions can be broken by who listens",
  },
  {
    ...atlas,
    setting: "no code of clients runs in the server",
    path: "advancedConfiguration.javascriptEnabled",
    expected: false,
    elsewhere,
    why: "a query can't be made a program",
  },
  {
    ...atlas,
    setting: "writes wait for a majority of nodes",
    path: "advancedConfiguration.defaultWriteConcern",
    expected: "majority",
    elsewhere,
    why: "what was acknowledged outlives a node",
  },
  {
    ...atlas,
    setting: "documents are no part of the server's log",
    path: "redactClientLogData",
    expected: true,
    elsewhere,
    why: "the log is read by more people than the data",
  },
  {
    ...atlas,
    setting: "point-in-time recovery of MongoDB",
    path: "pitEnabled",
    expected: true,
    elsewhere,
    why: "back to the minute before the mistake",
  },
  {
    ...atlas,
    setting: "MongoDB refuses deletion at Atlas",
    path: "terminationProtectionEnabled",
    expected: true,
    elsewhere,
    why: "takes a second change",
  },
  {
    ...atlas,
    setting: "backups of MongoDB outlive its cluster",
    path: "retainBackupsEnabled",
    expected: true,
    elsewhere,
    why: "what was deleted by mistake comes back",
  },
  {
    ...atlas,
    setting: "MongoDB refuses deletion in Pulumi",
    path: "option:protect",
    expected: true,
    elsewhere,
    why: "takes a second change",
  },
  {
    area: "MongoDB",
    type: "mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule",
    setting: "snapshots of MongoDB several times a day",
    path: "policyItemHourly.frequencyInterval",
    expected: atLeast(1),
    elsewhere,
    why: "the log is played on from the newest",
  },
  {
    area: "MongoDB",
    type: "mongodbatlas:index/auditing:Auditing",
    setting: "who signs in to MongoDB is recorded, and who changes rights",
    path: "auditFilter",
    expected: holding("authenticate", "grantRolesToUser", "authCheck"),
    elsewhere,
    why: "SOC 2 CC7.2",
  },
  {
    area: "MongoDB",
    type: "mongodbatlas:index/project:Project",
    setting: "no documents in Atlas's console",
    path: "isDataExplorerEnabled",
    expected: false,
    elsewhere,
    why: "data is read by its users, not by who pays",
  },
];

const own = (provider: "AWS" | "GCP"): Setting => ({
  ...atlas,
  setting: "MongoDB under a key of our own",
  path: "encryptionAtRestProvider",
  expected: provider,
  elsewhere,
  why: "reading takes the key's permission too",
});

export const awsMongoSettings: readonly Setting[] = [own("AWS"), ...settings];
export const gcpMongoSettings: readonly Setting[] = [own("GCP"), ...settings];
