import type * as pulumi from "@pulumi/pulumi";
import type { Blueprint } from "../blueprints/blueprint";
import { blueprints } from "../blueprints/catalogue";
import { type Preset, sizeFor } from "../blueprints/presets";
import type { CapacityReport } from "../components/capacity/report";
import type { Cloud, Environment } from "../components/cloud";
import type { MaintenanceExclusion } from "../components/cluster/maintenance";
import type { NodePoolArgs } from "../components/cluster/nodePools";
import type { Teams } from "../components/cluster/teamAccess";
import type { NodeProvisioning } from "../components/cluster/nodeProvisioning";
import type { Orchestrator } from "../components/containers/containerPlatform";
import type { BackupsArgs } from "../components/data/backups";
import type { BucketSpec } from "../components/data/bucket";
import type { EdgeSpec } from "../components/edge/edge";
import type { WayInKind } from "../components/traffic/wayIn";
import type { AuditMode } from "../components/governance/audit";
import type { Egress } from "../components/network/network";
import type { OnCallSpec } from "../components/oncall/onCallSpec";
import type * as CapacityChecks from "./capacityChecks";
import { type AlertingFile, checkAlerting, type TeamSecrets } from "./alerting";
import { auditOf } from "./audit";
import { checkStack } from "./checks";
import { checkContainers } from "./containerChecks";
import { type CompleteFile, complete, presetFor } from "./complete";
import { ConfigError, type ConfigProblem, describeProblem, show } from "./errors";
import { override } from "./override";
import { checkPagerDuty, onCallOf } from "./pagerDuty";
import { present } from "./present";
import type { SecretKey, StackFile } from "./schema";
import { checkRecovery, recoveriesOf } from "./recoveryChecks";
import { checkScaling } from "./scalingChecks";
import { checkSlos } from "./sloChecks";
import { checkBucket, checkStores } from "./storeChecks";
import { checkKnownStores, storesOf, type StoreSpecs } from "./stores";

/** Where on a cloud a stack stands. */
export type Placement =
  | {
      readonly cloud: "aws";
      readonly region: string;
      readonly accountId: string;
      readonly permissionsBoundary?: string;
      readonly anomalyMonitorArn?: string;
    }
  | {
      readonly cloud: "gcp";
      readonly region: string;
      readonly project: string;
      readonly billingAccount?: string;
      /** @default - Kubernetes knows no groups */
      readonly securityGroup?: string;
      /** Whether constraints of the organisation are set for the project. */
      readonly constraints: boolean;
    };

/** Everything the platform is made from: the stack file merged with its blueprint, checked. */
export interface StackConfig {
  /** Base of every logical name. */
  readonly name: string;
  readonly environment: Environment;
  readonly placement: Placement;
  /** What runs the services: with `containers` there is no cluster, and nothing of what the platform keeps in one. */
  readonly orchestrator: Orchestrator;
  /**
   * The region that takes over when this one is lost, with a copy of stores, images and secrets.
   *
   * @default - there is none
   */
  readonly recovery?: { readonly region: string; readonly cidr: string; readonly zones: readonly string[] };
  readonly domain: string;
  readonly contactEmail: string;
  /** Tags (AWS) or labels (GCP) of everything; values are lower-case so that both clouds take them. */
  readonly tags: Readonly<Record<string, string>>;
  readonly logRetentionDays: number;
  /** Whether stateful resources refuse deletion, in the cloud and in Pulumi. */
  readonly protect: boolean;
  /**
   * Whose certificates are used: those of the staging server are not rationed, and not trusted either, by a CDN as little as
   * by a browser.
   */
  readonly acmeServer: "staging" | "production";
  readonly network: {
    readonly cidr: string;
    readonly podCidr: string;
    readonly serviceCidr: string;
    readonly zones: readonly string[];
    /** Zones with subnets and no nodes: one beside a single zone. */
    readonly reserveZones: readonly string[];
    readonly egress: Egress;
  };
  readonly cluster: {
    readonly version: string;
    /** @default - the control plane's */
    readonly nodesVersion?: string;
    readonly apiAccessCidrs: readonly string[];
    readonly privateAccessCidrs: readonly string[];
    readonly admins: readonly string[];
    readonly backupRetentionDays: number;
    readonly maintenanceExclusions: readonly MaintenanceExclusion[];
    readonly nodePools: Readonly<Record<string, NodePoolArgs>>;
    /** @default - the pools are all there is */
    readonly nodeProvisioning?: NodeProvisioning;
  };
  /** Who is let into the cluster besides its administrators. */
  readonly teams: Teams;
  /** The stores that the blueprint asks for, with what the stack says of them. */
  readonly stores: StoreSpecs & { readonly bucket: BucketSpec };
  /** @default - MongoDB Atlas runs nothing */
  readonly atlas?: NonNullable<StackFile["atlas"]>;
  /**
   * Backups of databases that nobody deletes before their time.
   *
   * @default - the servers keep theirs alone
   */
  readonly backups?: Pick<BackupsArgs, "retentionDays" | "lock" | "drill">;
  /** How requests get into the cluster. */
  readonly wayIn: WayInKind;
  /** @default - clients come straight to the load balancer */
  readonly edge?: EdgeSpec & { readonly shieldAdvanced: boolean };
  /** @default - the stack makes a registry */
  readonly imageRegistry?: string;
  /** Whom images are pulled as, with the secret `registryPassword`; where it is not given, without a password. */
  readonly registryUsername?: string;
  /** Whether the stack makes what watches its whole account or project. */
  readonly audit: AuditMode;
  /** What runs in the account's or project's clusters, where the stack is the one to say it. */
  readonly admission: {
    /** Refuse other images, rather than only record that they ran. */
    readonly enforced: boolean;
    /** Registries beside the stack's own. */
    readonly registries: readonly string[];
  };
  /** Whether the cluster refuses what breaks its rules, rather than only warn and record. */
  readonly guardRailsEnforced: boolean;
  /** @default - nobody pushes from CI */
  readonly ci?: {
    readonly repository: string;
    readonly branch: string;
    readonly provider: "stack" | "account";
  };
  /** @default - nobody watches what the stack costs */
  readonly budget?: { readonly monthlyUsd: number; readonly notify: readonly string[] };
  /**
   * What runs all the time, for long enough to be worth a commitment of a year: the fewest nodes of the pools on demand.
   *
   * @default - the preset is no such stack's
   */
  readonly commitment?: {
    readonly nodes: number;
    readonly vcpus: number;
    readonly memoryGiB: number;
  };
  /** The system, in the size of this environment and with this stack's overrides. */
  readonly blueprint: Blueprint;
  /**
   * Whether all pods find room, by how much is asked of them.
   *
   * @default - there are no nodes
   */
  readonly capacity?: CapacityReport;
  /** What does not find room, each as an error would say it, where the stack file asks to be warned. */
  readonly capacityWarnings: readonly string[];
  readonly secrets: Readonly<Partial<Record<SecretKey, pulumi.Output<string>>>>;
  /** Who signs people in to Grafana. */
  readonly grafana: StackFile["grafana"];
  /** Where alerts go, beside what is secret of it. */
  readonly alerting: AlertingFile;
  /** @default - nothing is made in PagerDuty */
  readonly onCall?: OnCallSpec;
  /** Ways of teams whose addresses are secret. */
  readonly teamSecrets: TeamSecrets;
}

/**
 * Merges a checked stack file with its blueprint and checks what only the whole can tell.
 *
 * @throws ConfigError naming every key that does not fit
 */
export function resolve(
  given: StackFile,
  secrets: StackConfig["secrets"],
  teamSecrets: TeamSecrets = {},
): StackConfig {
  const problems = [...checkKnownStores(given), ...checkNodes(given)];
  const file = complete(given);
  const preset = presetFor(given);
  const sized = sizeFor(blueprints[file.blueprint], preset);
  const stores = storesOf(sized.stores, given, preset);
  const blueprint = { ...override(sized, file, problems), stores };
  problems.push(
    ...checkStack(file, blueprint),
    ...checkStores(file, stores),
    ...checkBucket(file, blueprint),
    ...checkScaling(blueprint),
    ...checkSlos(blueprint),
    ...checkRecovery(file, blueprint, recoveriesOf(file, blueprint, stores)),
    ...checkContainers(file, blueprint, stores),
  );
  problems.push(...checkRegistryPassword(file, secrets));
  problems.push(...checkEdge(file, blueprint), ...checkAlerting(file.alerting, teamSecrets));
  problems.push(...checkPagerDuty(file.pagerDuty, secrets, teamSecrets));
  const placement = placementOf(file, problems);
  if (placement === undefined || problems.length > 0) throw new ConfigError(problems);
  const capacity = planRoom(file, blueprint, stores);

  const zones = file[file.cloud]?.zones ?? [];
  const edge = edgeOf(blueprint, file);
  return {
    name: nameOf(file),
    ...capacity,
    environment: file.environment,
    placement,
    orchestrator: file.orchestrator,
    domain: file.domain,
    contactEmail: file.contactEmail,
    tags: {
      project: "groundwork",
      blueprint: file.blueprint,
      environment: file.environment,
      owner: file.owner,
      "cost-center": file.costCenter,
      "managed-by": "pulumi",
    },
    logRetentionDays: file.logRetentionDays,
    wayIn: file.ingress,
    protect: file.environment !== "dev",
    acmeServer: file.environment === "prod" || edge !== undefined ? "production" : "staging",
    network: {
      ...file.network,
      zones: zones.slice(0, file.network.zones),
      reserveZones: file.network.zones === 1 ? zones.slice(1, 2) : [],
    },
    cluster: {
      version: file.cluster.version,
      ...present({ nodesVersion: file.cluster.nodesVersion }),
      apiAccessCidrs: file.cluster.apiAccessCidrs,
      privateAccessCidrs: file.cluster.privateAccessCidrs,
      admins: file.cluster.admins[file.cloud],
      backupRetentionDays: file.cluster.backupRetentionDays,
      maintenanceExclusions: file.cluster.maintenanceExclusions,
      nodePools: blueprint.nodePools,
      ...present({ nodeProvisioning: blueprint.nodeProvisioning }),
    },
    teams: teamsOf(file),
    stores: { ...stores, bucket: file.bucket },
    audit: auditOf(file),
    guardRailsEnforced: file.environment !== "dev",
    admission: {
      enforced: file.environment === "prod",
      registries: [...new Set([...file.images.admittedRegistries, ...(file.gcp?.admittedRegistries ?? [])])],
    },
    ...present({
      edge,
      recovery: recoveryOf(file),
      atlas: file.atlas,
      backups: backupsOf(file, preset),
      imageRegistry: file.images.registry,
      registryUsername: file.images.username,
      ci: file.ci,
      onCall: onCallOf(file.pagerDuty),
      budget: file.budget,
    }),
    ...(preset.commit && commitmentOf(blueprint, file)),
    blueprint,
    secrets,
    grafana: file.grafana,
    alerting: file.alerting,
    teamSecrets,
  };
}

/** How full the nodes are, which is asked last: what is wrong beside it says more. */
function planRoom(
  file: CompleteFile,
  blueprint: Blueprint,
  stores: StoreSpecs,
): Pick<StackConfig, "capacity" | "capacityWarnings"> {
  if (file.orchestrator === "containers") return { capacityWarnings: [] };
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- it takes the SDK of Kubernetes along, for which nobody waits whose stack has something else wrong
  const { judgeCapacity } = require("./capacityChecks") as typeof CapacityChecks;
  const { problems, report } = judgeCapacity(file, blueprint, stores);
  if (problems.length > 0 && file.capacity === "refuse") throw new ConfigError(problems);
  return { capacity: report, capacityWarnings: problems.map(describeProblem) };
}

/** Undefined where the stack names no region of its cloud. */
function recoveryOf({ cloud, dr }: CompleteFile): StackConfig["recovery"] {
  const region = dr?.region[cloud];
  return dr === undefined || region === undefined ? undefined : { region, cidr: dr.cidr, zones: dr.zones };
}

/** Undefined where the servers keep theirs alone. */
function backupsOf({ backups }: CompleteFile, preset: Preset): StackConfig["backups"] {
  if (backups === undefined && !preset.backupVault) return undefined;
  const { lock = "governance", ...own } = backups ?? {};
  return { retentionDays: preset.backupRetentionDays, drill: preset.drill, ...present(own), lock };
}

function teamsOf({ cloud, cluster: { teams } }: CompleteFile): Teams {
  return { admin: teams.admin[cloud], operator: teams.operator[cloud], viewer: teams.viewer[cloud] };
}

function commitmentOf(
  { nodePools, podRuntime }: Blueprint,
  { orchestrator }: Pick<CompleteFile, "orchestrator">,
): Pick<StackConfig, "commitment"> {
  // of machines that the cloud sizes nobody knows how many run all the time
  if (podRuntime === "serverless" || orchestrator === "containers") return {};
  const steady = Object.values(nodePools).filter(({ spot = false }) => !spot);
  const sum = (of: (pool: NodePoolArgs) => number) => steady.reduce((total, pool) => total + of(pool), 0);
  return {
    commitment: {
      nodes: sum(({ minNodes }) => minNodes),
      vcpus: sum(({ minNodes, machine }) => minNodes * machine.vcpus),
      memoryGiB: sum(({ minNodes, machine }) => minNodes * machine.memoryGiB),
    },
  };
}

/** What stands before the load balancer; undefined where clients come straight to it. */
function edgeOf(blueprint: Blueprint, { edge }: Pick<CompleteFile, "edge">): StackConfig["edge"] {
  if (blueprint.edge === undefined || !edge.enabled) return undefined;
  const { requestsPerFiveMinutes, shieldAdvanced } = edge;
  return { ...blueprint.edge, ...present({ requestsPerFiveMinutes }), shieldAdvanced };
}

/** Of an edge that is not there nothing can be asked. */
function checkEdge(file: CompleteFile, blueprint: Blueprint): ConfigProblem[] {
  const { requestsPerFiveMinutes, shieldAdvanced } = file.edge;
  if (edgeOf(blueprint, file) !== undefined) return [];
  const asked = [
    ["shieldAdvanced", shieldAdvanced || undefined],
    ["requestsPerFiveMinutes", requestsPerFiveMinutes],
  ] as const;
  const expected =
    blueprint.edge === undefined
      ? "no key: the blueprint has no edge"
      : "no key where groundwork:edge.enabled is false";
  return asked.flatMap(([key, value]) =>
    value === undefined ? [] : [{ key: `edge.${key}`, expected, got: String(value) }],
  );
}

/** Base name of a stack: what it says, or its blueprint and environment. */
export function nameOf(file: Pick<StackFile, "name" | "blueprint" | "environment">): string {
  return file.name ?? `${file.blueprint}-${file.environment}`;
}

function checkRegistryPassword(
  { images }: StackFile,
  { registryPassword }: StackConfig["secrets"],
): ConfigProblem[] {
  return registryPassword !== undefined && images.username === undefined
    ? [{ key: "images.username", expected: "whose secret registryPassword is", got: "nothing" }]
    : [];
}

function placementOf(file: StackFile, problems: ConfigProblem[]): Placement | undefined {
  const missing = (cloud: Cloud, what: string): undefined => {
    problems.push({ key: cloud, expected: `${what} (groundwork:cloud is ${cloud})`, got: "nothing" });
  };
  switch (file.cloud) {
    case "aws":
      return file.aws === undefined
        ? missing("aws", "region, accountId and zones")
        : {
            cloud: "aws",
            region: file.aws.region,
            accountId: file.aws.accountId,
            ...present({
              permissionsBoundary: file.aws.permissionsBoundary,
              anomalyMonitorArn: file.aws.anomalyMonitorArn,
            }),
          };
    case "gcp":
      return file.gcp === undefined
        ? missing("gcp", "region, project and zones")
        : {
            cloud: "gcp",
            region: file.gcp.region,
            project: file.gcp.project,
            constraints: file.gcp.constraints,
            ...present({ billingAccount: file.gcp.billingAccount, securityGroup: file.gcp.securityGroup }),
          };
  }
}

/** Of nodes that the cloud sizes nothing can be asked. */
function checkNodes({ blueprint, cluster }: StackFile): ConfigProblem[] {
  if (blueprints[blueprint].podRuntime !== "serverless") return [];
  const expected = `no key where groundwork:blueprint is ${blueprint}, whose pods run without nodes of ours`;
  const asked = [
    ...Object.entries(cluster.nodePools).map(([name, pool]) => [`nodePools.${name}`, pool] as const),
    ["nodesVersion", cluster.nodesVersion] as const,
  ];
  return asked.flatMap(([key, value]) =>
    value === undefined ? [] : [{ key: `cluster.${key}`, expected, got: show(value) }],
  );
}
