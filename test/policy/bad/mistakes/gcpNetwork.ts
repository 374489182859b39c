import { key, robot } from "./gcpNames";
import { gone, to, type Row } from "./mistake";

export const network: readonly Row[] = [
  ["Network lan", "subnets nobody planned", "CIS GCP 3.1", to(["autoCreateSubnetworks", false])],
  [
    "Subnetwork lan-west",
    "no flow logs",
    "CKV_GCP_26, CIS GCP 3.8",
    to([
      "logConfig",
      { aggregationInterval: "INTERVAL_5_SEC", flowSampling: 1, metadata: "INCLUDE_ALL_METADATA" },
    ]),
  ],
  [
    "Subnetwork lan-west",
    "Google's APIs by public addresses",
    "CKV_GCP_74",
    to(["privateIpGoogleAccess", true]),
  ],
  [
    "Firewall lan-ssh",
    "SSH from everywhere",
    "CKV_GCP_2, CIS GCP 3.6",
    to(["sourceRanges", ["10.1.0.0/20"]]),
  ],
  [
    "Firewall lan-desktop",
    "RDP from everywhere, within a range of ports",
    "CKV_GCP_3, CIS GCP 3.7",
    to(["sourceRanges", ["10.1.0.0/20"]]),
  ],
  ["Firewall lan-all", "everything from everywhere", "CKV2_GCP_12", to(["sourceRanges", ["10.1.0.0/20"]])],
  ["Firewall lan-mysql", "MySQL from everywhere", "CKV_GCP_88", to(["sourceRanges", ["10.1.0.0/20"]])],
  ["ManagedZone unsigned", "no DNSSEC", "CKV_GCP_16, CIS GCP 3.3", to(["dnssecConfig.state", "on"])],
  [
    "ManagedZone weakly-signed",
    "DNSSEC by RSASHA1",
    "CKV_GCP_17, CIS GCP 3.4",
    to(["dnssecConfig.defaultKeySpecs.0.algorithm", "ecdsap256sha256"]),
  ],
  ["SSLPolicy old-tls", "TLS 1.0 is spoken", "CKV_GCP_4, CIS GCP 3.9", to(["minTlsVersion", "TLS_1_2"])],
  ["SSLPolicy old-tls", "weak ciphers", "CKV_GCP_4, CIS GCP 3.9", to(["profile", "RESTRICTED"])],
  [
    "URLMap shopfront",
    "plain HTTP is served",
    "CKV2_GCP_38",
    to(["defaultService", undefined], ["defaultUrlRedirect", { httpsRedirect: true, stripQuery: false }]),
  ],
  [
    "BackendService shopfront-backend",
    "requests are not logged",
    "CIS GCP 2.16",
    to(["logConfig.enable", true]),
  ],
  [
    "BackendService shopfront-backend",
    "no Cloud Armor",
    "Google Cloud's documentation: security policies",
    to(["securityPolicy", "projects/bad-stack/global/securityPolicies/edge"]),
  ],
  [
    "Instance jumphost",
    "public address",
    "CKV_GCP_40, CIS GCP 4.9",
    to(["networkInterfaces.0.accessConfigs", undefined]),
  ],
  [
    "Instance jumphost",
    "default service account, with every API",
    "CKV_GCP_31, CIS GCP 4.1 and 4.2",
    to(["serviceAccount.email", "robot@bad-stack.iam.gserviceaccount.com"]),
  ],
  [
    "Instance jumphost",
    "the project's SSH keys open it",
    "CKV_GCP_32, CIS GCP 4.3",
    to(["metadata.block-project-ssh-keys", "true"]),
  ],
  [
    "Instance jumphost",
    "OS Login is off",
    "CKV_GCP_34, CIS GCP 4.4",
    to(["metadata.enable-oslogin", "TRUE"]),
  ],
  [
    "Instance jumphost",
    "serial port",
    "CKV_GCP_35, CIS GCP 4.5",
    to(["metadata.serial-port-enable", "false"]),
  ],
  ["Instance jumphost", "forwards packets", "CKV_GCP_36, CIS GCP 4.6", to(["canIpForward", false])],
  [
    "Instance jumphost",
    "no shielded VM",
    "CKV_GCP_39, CIS GCP 4.8",
    to([
      "shieldedInstanceConfig",
      { enableIntegrityMonitoring: true, enableSecureBoot: true, enableVtpm: true },
    ]),
  ],
  [
    "Instance jumphost",
    "disk without a key of one's own",
    "CKV_GCP_38, CIS GCP 4.7",
    to(["bootDisk.kmsKeySelfLink", key]),
  ],
];

export const access: readonly Row[] = [
  ["Key robot-key", "key of a service account", "CKV2_GCP_3, CIS GCP 1.4", gone("service-account-keys")],
  [
    "IAMMember robot-edits",
    "a basic role",
    "CKV_GCP_117, CIS GCP 1.5",
    to(["role", "roles/logging.logWriter"]),
  ],
  [
    "IAMMember team-borrows",
    "tokens of every service account",
    "CKV_GCP_41, CIS GCP 1.6",
    to(["role", "roles/logging.logWriter"]),
  ],
  [
    "IAMMember someone-owns",
    "an address of Gmail",
    "CIS GCP 1.1",
    to(["member", "user:someone@example.com"]),
  ],
  ["IAMMember robot-anyone", "everyone may act as the service account", "CKV_GCP_113", to(["member", robot])],
  [
    "WorkloadIdentityPoolProvider outside-ci",
    "any repository of GitHub may sign in",
    "CKV_GCP_125",
    to(["attributeCondition", "assertion.repository_id == '12345'"]),
  ],
  [
    "IAMAuditConfig audit",
    "someone's reads are not logged",
    "CKV2_GCP_5, CIS GCP 2.1",
    to(["auditLogConfigs.0.exemptedMembers", undefined]),
  ],
  [
    "IAMAuditConfig audit",
    "writes are not logged",
    "CKV2_GCP_5, CIS GCP 2.1",
    to([
      "auditLogConfigs",
      [
        { logType: "ADMIN_READ" },
        { logType: "DATA_READ", exemptedMembers: ["user:someone@example.com"] },
        { logType: "DATA_WRITE" },
      ],
    ]),
  ],
  ["ProjectBucketConfig short-logs", "logs of one day", "CIS GCP 2.3", to(["retentionDays", 400])],
];
