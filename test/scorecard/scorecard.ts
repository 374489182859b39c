import { format } from "prettier";
import type { Cloud } from "../../components/cloud";
import { awsBackupSettings, gcpBackupSettings } from "./backups";
import { awsClusterSettings } from "./awsCluster";
import { awsEdgeSettings } from "./awsEdge";
import { awsProvisioningSettings } from "./awsProvisioning";
import { awsFoundationSettings } from "./awsFoundation";
import { awsSqlSettings } from "./awsSql";
import { defaultsOf } from "./defaults";
import { gcpClusterSettings } from "./gcpCluster";
import { gcpEdgeSettings } from "./gcpEdge";
import { gcpProvisioningSettings } from "./gcpProvisioning";
import { gcpFoundationSettings } from "./gcpFoundation";
import { gcpSqlSettings } from "./gcpSql";
import { flagSettings } from "./flags";
import { awsGpuSettings, gcpGpuSettings } from "./gpus";
import { awsMongoSettings, gcpMongoSettings } from "./mongo";
import { awsSearchSettings, gcpSearchSettings } from "./search";
import { awsKafkaSettings, gcpKafkaSettings } from "./kafka";
import { awsQueueSettings, gcpQueueSettings } from "./queues";
import { scalingSettings } from "./scaling";
import { vectorSettings } from "./vectors";
import { loggingSettings } from "./logging";
import { monitoringSettings } from "./monitoring";
import { veleroSettings } from "./velero";
import { scanningSettings } from "./scanning";
import { signatureSettings } from "./signatures";
import { awsSecretSettings, gcpSecretSettings } from "./secrets";
import { awsVaultSettings, gcpVaultSettings } from "./vault";
import { containerDefaultsOf, containerSettings } from "./containers";
import { serverlessDefaultsOf, serverlessSettings } from "./serverless";
import { evaluate, type Found, type Setting } from "./setting";

/** What each cloud's stacks have without being told. */
export const settings: Readonly<Record<Cloud, readonly Setting[]>> = {
  aws: [
    ...awsClusterSettings,
    ...awsFoundationSettings,
    ...awsSqlSettings,
    ...awsEdgeSettings,
    ...awsMongoSettings,
    ...awsSearchSettings,
    ...vectorSettings,
    ...awsQueueSettings,
    ...awsSecretSettings,
    ...awsProvisioningSettings,
    ...awsGpuSettings,
    ...awsKafkaSettings,
    ...awsBackupSettings,
    ...veleroSettings,
    ...loggingSettings,
    ...monitoringSettings,
    ...awsVaultSettings,
    ...flagSettings,
    ...scanningSettings,
    ...signatureSettings,
    ...scalingSettings,
  ],
  gcp: [
    ...gcpClusterSettings,
    ...gcpFoundationSettings,
    ...gcpSqlSettings,
    ...gcpEdgeSettings,
    ...gcpMongoSettings,
    ...gcpSearchSettings,
    ...vectorSettings,
    ...gcpQueueSettings,
    ...gcpSecretSettings,
    ...gcpProvisioningSettings,
    ...gcpGpuSettings,
    ...gcpKafkaSettings,
    ...gcpBackupSettings,
    ...veleroSettings,
    ...loggingSettings,
    ...monitoringSettings,
    ...gcpVaultSettings,
    ...flagSettings,
    ...scanningSettings,
    ...signatureSettings,
    ...scalingSettings,
  ],
};

/** Every setting of a cloud as it is in what the contracts register without options. */
export async function scores(cloud: Cloud): Promise<readonly Found[]> {
  const resources = await defaultsOf(cloud);
  const serverless = await serverlessDefaultsOf(cloud);
  const containers = await containerDefaultsOf(cloud);
  return [
    ...settings[cloud].map((setting) => evaluate(setting, resources)),
    ...serverlessSettings[cloud].map((setting) => evaluate(setting, serverless)),
    ...containerSettings[cloud].map((setting) => evaluate(setting, containers)),
  ];
}

/** The scorecard as Markdown, as `docs/scorecard.md` holds it. */
export async function scorecard(): Promise<string> {
  const parts = [
    "# Secure defaults",
    "",
    "What each contract registers when it is told only what it must be told. Each row is read from a run of the program's",
    "own classes, not written down: `npm run scorecard` prints this table and writes it, and a test fails naming the setting",
    "that is no longer so. _Elsewhere_ is what other platforms do by default, as recorded when we compared: tf-… the",
    "`terraform-aws-modules`, p-eks `pulumi-eks`, awsx `pulumi-awsx`, cp-mod Cloud Posse's module, lbrlabs",
    "`pulumi-lbrlabs-eks`, tf-gke `terraform-google-kubernetes-engine` with its safer-cluster and gke-standard-cluster, CFF",
    "`cloud-foundation-fabric`, g-golden Google's golden path for GKE; a dash where we recorded nothing.",
  ];
  for (const cloud of ["aws", "gcp"] as const) {
    const found = await scores(cloud);
    const held = found.filter(({ problem }) => problem === undefined).length;
    parts.push("", `## ${cloud.toUpperCase()}: ${held} of ${found.length}`, "", ...tableOf(found));
  }
  return await format(`${parts.join("\n")}\n`, { parser: "markdown", printWidth: 110 });
}

function tableOf(found: readonly Found[]): readonly string[] {
  return [
    "| area | setting | read from | ours | elsewhere | why |",
    "|---|---|---|---|---|---|",
    ...found.map(({ setting, ours, problem }) => {
      const mark = problem === undefined ? "" : "✗ ";
      const { area, elsewhere, why, type, path } = setting;
      const cells = [area, setting.setting, `\`${type}\` \`${path}\``, mark + code(ours), elsewhere, why];
      return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
    }),
  ];
}

function code(values: readonly string[]): string {
  return values.map((value) => `\`${value}\``).join(", ");
}
