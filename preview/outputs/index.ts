import * as aws from "./aws";
import * as awsAlarms from "./aws-alarms";
import * as awsCluster from "./aws-cluster";
import * as awsContainers from "./aws-containers";
import * as awsData from "./aws-data";
import * as awsEdge from "./aws-edge";
import * as awsKafka from "./aws-kafka";
import * as awsGovernance from "./aws-governance";
import * as awsProvisioning from "./aws-provisioning";
import * as awsRecovery from "./aws-recovery";
import * as awsSearch from "./aws-search";
import * as awsSecrets from "./aws-secrets";
import * as gcp from "./gcp";
import * as gcpAlarms from "./gcp-alarms";
import * as gcpCluster from "./gcp-cluster";
import * as gcpContainers from "./gcp-containers";
import * as gcpEdge from "./gcp-edge";
import * as gcpGovernance from "./gcp-governance";
import * as gcpKafka from "./gcp-kafka";
import * as gcpSecrets from "./gcp-secrets";
import * as kubernetes from "./kubernetes";
import * as queues from "./queues";
import * as mongodbatlas from "./mongodbatlas";
import * as pagerduty from "./pagerduty";
import type { InvokeTable, OutputTable } from "./table";

/** A part of the table: what one file of this folder exports. */
interface Part {
  readonly outputs: OutputTable;
  readonly functions: InvokeTable;
}

const parts: readonly Part[] = [
  aws,
  awsAlarms,
  awsCluster,
  awsData,
  awsEdge,
  awsGovernance,
  awsKafka,
  awsProvisioning,
  awsContainers,
  awsRecovery,
  gcp,
  gcpCluster,
  gcpContainers,
  gcpEdge,
  gcpAlarms,
  gcpGovernance,
  gcpKafka,
  kubernetes,
  queues,
  awsSearch,
  mongodbatlas,
  pagerduty,
  awsSecrets,
  gcpSecrets,
];

/** Computed outputs of every resource type that the program registers. */
export const outputTable: OutputTable = join(parts.map((part) => part.outputs));

/** Answers of every provider function that the program calls. */
export const invokeTable: InvokeTable = join(parts.map((part) => part.functions));

/** The file to which a row for the token belongs. */
export function fileFor(token: string): string {
  const [pkg = ""] = token.split(":", 1);
  return `preview/outputs/${files.get(pkg) ?? "<a file of its package>"}.ts`;
}

const files: ReadonlyMap<string, string> = new Map([
  ["aws", "aws"],
  ["awsx", "aws"],
  ["eks", "aws-cluster"],
  ["gcp", "gcp"],
  ["kubernetes", "kubernetes"],
  ["mongodbatlas", "mongodbatlas"],
  ["pagerduty", "pagerduty"],
  ["pulumi-nodejs", "gcp-kafka"],
  ["random", "kubernetes"],
]);

function join<T>(tables: readonly Readonly<Record<string, T>>[]): Readonly<Record<string, T>> {
  const joined: Record<string, T> = {};
  for (const [token, row] of tables.flatMap((table) => Object.entries(table))) {
    if (token in joined) {
      throw new Error(`preview/outputs: ${token} has two rows, expected one`);
    }
    joined[token] = row;
  }
  return joined;
}
