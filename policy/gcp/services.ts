import { isSet, mustBeOn, mustBeSet, mustNotBeOn, show } from "../check";
import { always, fromStaging, inProd, offInDev, onlyWarns, strictInProd } from "../levels";
import { resourceRule } from "../rule";

const registries = ["gcp:artifactregistry/repository:Repository"] as const;
const secrets = ["gcp:secretmanager/secret:Secret"] as const;

export const registryCleanup = resourceRule({
  id: "gcp-artifact-cleanup",
  title: "Old images go",
  severity: "low",
  description: "Images that nobody runs cost money, and their holes fill the list of those that count.",
  remedy: "Set cleanupPolicies, and leave cleanupPolicyDryRun false.",
  controls: { soc2: ["CC7.1"] },
  levels: onlyWarns,
  types: registries,
  check: ({ props }) => [
    (props.cleanupPolicies ?? []).length === 0 && "cleanupPolicies is empty",
    mustNotBeOn(props.cleanupPolicyDryRun, "cleanupPolicyDryRun"),
  ],
});

export const registryKey = resourceRule({
  id: "gcp-artifact-cmek",
  title: "Images are under our key",
  severity: "medium",
  description: "An image is the program, with what it was built from.",
  remedy: "Set kmsKeyName to a key of this stack.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: strictInProd,
  types: registries,
  check: ({ props }) => mustBeSet(props, "kmsKeyName"),
});

export const registryImmutable = resourceRule({
  id: "gcp-artifact-immutable-tags",
  title: "A tag stays the image that it was",
  severity: "medium",
  description: "What was tested runs: with tags that move, the next node pulls another program.",
  remedy: "Set dockerConfig.immutableTags to true.",
  controls: { soc2: ["CC8.1"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: registries,
  applies: ({ props }) => props.format === "DOCKER",
  check: ({ props }) => mustBeOn(props.dockerConfig?.immutableTags, "dockerConfig.immutableTags"),
});

export const registryScanned = resourceRule({
  id: "gcp-artifact-scanned",
  title: "Images are searched for known holes",
  severity: "medium",
  description: "Most holes are in what an image was built on, and are found after it was built.",
  remedy: 'Leave vulnerabilityScanningConfig.enablementConfig "INHERITED".',
  controls: {
    cisGke: ["5.1.1"],
    nsa: ["Building secure container images"],
    soc2: ["CC7.1"],
    gdpr: ["32(1)(d)"],
    pciDss: ["6.3.1"],
  },
  levels: fromStaging,
  types: registries,
  check: ({ props }) =>
    props.vulnerabilityScanningConfig?.enablementConfig === "DISABLED" &&
    'vulnerabilityScanningConfig.enablementConfig is "DISABLED"',
});

export const budgetTells = resourceRule({
  id: "gcp-billing-budget-notifies",
  title: "Budgets tell someone",
  severity: "low",
  description: "What runs away, or is mined by a stranger, shows in the bill first.",
  remedy: "Set thresholdRules, and allUpdatesRule.monitoringNotificationChannels or pubsubTopic.",
  controls: { soc2: ["CC7.2"] },
  levels: onlyWarns,
  types: ["gcp:billing/budget:Budget"],
  check: ({ props }) => [
    (props.thresholdRules ?? []).length === 0 && "thresholdRules is empty",
    !isSet(props.allUpdatesRule, "pubsubTopic") &&
      (props.allUpdatesRule?.monitoringNotificationChannels ?? []).length === 0 &&
      "allUpdatesRule names neither a channel nor a topic",
  ],
});

export const natLogs = resourceRule({
  id: "gcp-compute-nat-logging",
  title: "Cloud NAT logs what it could not do",
  severity: "low",
  description: "When ports run out connections fail, and nothing else says why.",
  remedy: "Set logConfig.enable to true.",
  controls: { soc2: ["CC7.2"] },
  levels: strictInProd,
  types: ["gcp:compute/routerNat:RouterNat"],
  check: ({ props }) => mustBeOn(props.logConfig?.enable, "logConfig.enable"),
});

export const orgPolicyEnforced = resourceRule({
  id: "gcp-orgpolicy-enforced",
  title: "No organization policy is switched off",
  severity: "high",
  description: "A policy of the project that lifts a constraint overrules what the organization asks.",
  remedy: 'Set enforce to "TRUE", or name what is allowed in values, and leave allowAll out.',
  controls: { soc2: ["CC6.1", "CC8.1"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: ["gcp:orgpolicy/policy:Policy"],
  check: ({ props }) =>
    (props.spec?.rules ?? []).map(({ enforce, allowAll }, index) => [
      enforce === "FALSE" && `spec.rules[${index}].enforce is ${show(enforce)}`,
      allowAll === "TRUE" && `spec.rules[${index}].allowAll is ${show(allowAll)}`,
    ]),
});

export const schedulerNamed = resourceRule({
  id: "gcp-scheduler-authenticated",
  title: "Cloud Scheduler says who calls",
  severity: "high",
  description: "What answers a call without an identity answers everyone's.",
  remedy: "Set httpTarget.oauthToken or oidcToken, and an https:// address in httpTarget.uri.",
  controls: { soc2: ["CC6.1", "CC6.7"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: ["gcp:cloudscheduler/job:Job"],
  applies: ({ props }) => isSet(props, "httpTarget"),
  check: ({ props: { httpTarget } }) => [
    !isSet(httpTarget, "oauthToken") &&
      !isSet(httpTarget, "oidcToken") &&
      "httpTarget has neither oauthToken nor oidcToken",
    !(httpTarget?.uri ?? "").startsWith("https://") && "httpTarget.uri is no https:// address",
  ],
});

export const secretKey = resourceRule({
  id: "gcp-secret-cmek",
  title: "Secrets are under our key",
  severity: "medium",
  description: "Reading a secret then needs the key too, and each use of it is logged.",
  remedy: "Set customerManagedEncryption.kmsKeyName in replication.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: strictInProd,
  types: secrets,
  check: ({ props: { replication } }) =>
    isSet(replication, "auto")
      ? mustBeSet(
          replication?.auto?.customerManagedEncryption,
          "kmsKeyName",
          "replication.auto.customerManagedEncryption.kmsKeyName",
        )
      : (replication?.userManaged?.replicas ?? []).map(({ customerManagedEncryption }, index) =>
          mustBeSet(
            customerManagedEncryption,
            "kmsKeyName",
            `replication.userManaged.replicas[${index}].customerManagedEncryption.kmsKeyName`,
          ),
        ),
});

export const secretKept = resourceRule({
  id: "gcp-secret-deletion-protection",
  title: "Secrets refuse deletion",
  severity: "medium",
  description: "A secret that is gone stops all that signs in with it.",
  remedy: "Set deletionProtection to true.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: inProd,
  types: secrets,
  check: ({ props }) => mustBeOn(props.deletionProtection, "deletionProtection"),
  remediation: {
    "gcp:secretmanager/secret:Secret": { deletionProtection: true },
  },
});

export const secretVersions = resourceRule({
  id: "gcp-secret-version-destroy-delay",
  title: "A secret's versions can be brought back",
  severity: "medium",
  description: "A version that is destroyed at once takes with it what it alone could open.",
  remedy: 'Set versionDestroyTtl, such as "604800s".',
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: offInDev,
  types: secrets,
  check: ({ props }) => mustBeSet(props, "versionDestroyTtl"),
});

export const serviceKept = resourceRule({
  id: "gcp-service-kept",
  title: "No API is switched off with a stack",
  severity: "medium",
  description: "An API that one stack switches off goes out for all that share its project.",
  remedy: "Set disableOnDestroy to false.",
  controls: { soc2: ["A1.2"] },
  levels: fromStaging,
  types: ["gcp:projects/service:Service"],
  check: ({ props }) => props.disableOnDestroy === true && "disableOnDestroy is true, expected false",
  remediation: {
    "gcp:projects/service:Service": { disableOnDestroy: false },
  },
});

export const databaseUser = resourceRule({
  id: "gcp-sql-user-iam",
  title: "Cloud SQL's users have no password",
  severity: "high",
  description: "A password works from anywhere until someone changes it, and lies in the state.",
  remedy:
    'Set type to "CLOUD_IAM_SERVICE_ACCOUNT", "CLOUD_IAM_USER" or "CLOUD_IAM_GROUP", and leave password out.',
  controls: { cisGcp: ["6.1.1"], soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: ["gcp:sql/user:User"],
  check: ({ props }) => [
    props.type?.startsWith("CLOUD_IAM_") !== true && `type is ${show(props.type)}, expected a CLOUD_IAM_ one`,
    isSet(props, "password") && "password is set",
  ],
});

export const workflowIdentity = resourceRule({
  id: "gcp-workflows-identity",
  title: "Workflows have an identity and a log",
  severity: "medium",
  description:
    "Left out, a workflow acts as Compute Engine's default account, which may do anything, and tells nobody.",
  remedy: 'Set serviceAccount, and callLogLevel to "LOG_ERRORS_ONLY" or "LOG_ALL_CALLS".',
  controls: { soc2: ["CC6.3", "CC7.2"], gdpr: ["25"] },
  levels: fromStaging,
  types: ["gcp:workflows/workflow:Workflow"],
  check: ({ props }) => [
    mustBeSet(props, "serviceAccount"),
    !["LOG_ERRORS_ONLY", "LOG_ALL_CALLS"].includes(props.callLogLevel ?? "") &&
      `callLogLevel is ${show(props.callLogLevel)}`,
  ],
});
