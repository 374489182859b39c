import type * as pulumi from "@pulumi/pulumi";
import type { MachineShape } from "../cluster/nodePools";
import type { VersionProblem } from "../cluster/upgrade";
import type { Access } from "../identity/workloadIdentity";
import type { Bucket } from "./bucket";
import { lost, type RecoveryPlanner } from "./recovery";
import type { ClusterStorePlace, SpecOf, Store, StorePlace } from "./store";

/**
 * OpenSearch versions of OpenSearch Service, newest first; a 2.x comes to 3.x by 2.19.
 * https://docs.aws.amazon.com/opensearch-service/latest/developerguide/version-migration.html
 */
export const openSearchVersions = ["3.5", "3.3", "3.1", "2.19"] as const;
export type OpenSearchVersion = (typeof openSearchVersions)[number];

/** Elasticsearch versions that the operator's release is tested with (elastic/cloud-on-k8s v3.5.0), newest first. */
export const elasticsearchVersions = ["9.4.3", "9.3.7"] as const;
export type ElasticsearchVersion = (typeof elasticsearchVersions)[number];

/** Whose the index's nodes are: the cloud's, where it has such a service, or the cluster's. */
export const searchHostings = ["cloud", "cluster"] as const;
export type SearchHosting = (typeof searchHostings)[number];

/** Fewest masters that go on when one is gone, and most that are any use. */
const masterCounts = [0, 3, 5] as const;

/** Arguments of a {@link Search}, the same on every cloud. */
export interface SearchArgs extends StorePlace, ClusterStorePlace {
  /**
   * `cloud`: OpenSearch Service on AWS, and Elasticsearch in the cluster on Google Cloud, which has no such service.
   * `cluster`: Elasticsearch in the cluster on both.
   */
  readonly hosting: SearchHosting;
  /** Version where OpenSearch answers. */
  readonly openSearchVersion: OpenSearchVersion;
  /** Version where Elasticsearch answers. */
  readonly elasticsearchVersion: ElasticsearchVersion;
  /** Nodes that hold the index; from three on they stand in three zones. */
  readonly dataNodes: number;
  /** Nodes that hold the cluster's state and nothing else, 3 or 5; 0 leaves that to the data nodes. */
  readonly masterNodes: number;
  /** Shape of a data node. */
  readonly machine: MachineShape;
  /** Disk of a data node, GiB. */
  readonly diskGiB: number;
  /** How long the system takes to fill a new index from its database, minutes: what its drill has measured. */
  readonly rebuildMinutes: number;
  /** How long the daily snapshots of Elasticsearch are kept, days, 1 to 365; OpenSearch Service keeps hourly ones for 14. */
  readonly snapshotRetentionDays: number;
  /** Makes the bucket for them, where they are the stack's own to keep. */
  readonly snapshotBucket: (name: string, opts: pulumi.ComponentResourceOptions) => Bucket;
  /** Has the kinds of Elastic's operator in the cluster, where the index is there: what brings them. */
  readonly elasticKinds: () => pulumi.Resource;
  /** Who may be let in, by the service account's name: Elasticsearch reads its users from a list. */
  readonly users: Readonly<Record<string, Access>>;
}

/** What a blueprint and its stack say of one. */
export type SearchSpec = Omit<SpecOf<SearchArgs>, "users" | "snapshotBucket" | "elasticKinds">;

/**
 * A search index over HTTPS, in the dialect that OpenSearch and Elasticsearch share: private, encrypted at rest with our key
 * and between its nodes. What it holds is derived from the system's database and can be made from it again.
 *
 * `connection` holds `SEARCH_URL`, `SEARCH_ENGINE` (`opensearch`, `elasticsearch`) and `SEARCH_AUTH`: `iam`, where requests
 * are signed with the workload's own identity (Signature Version 4, service `es`, region `SEARCH_REGION`), or `basic`, where
 * a grant gives `SEARCH_USERNAME` and, by reference, `SEARCH_PASSWORD`. `SEARCH_CA_FILE` names the file of `caBundle` where
 * there is one.
 */
export interface Search extends Store {
  readonly url: pulumi.Output<string>;
}

/**
 * How long an empty index takes to be there, minutes: a domain of OpenSearch Service 15 to 30
 * (https://docs.aws.amazon.com/opensearch-service/latest/developerguide/gsgcreate-domain.html), pods with volumes less.
 */
const emptyIndexMinutes = 30;

/**
 * What is lost of a search index, and for how long, when its region is: nothing of its own, as it is made again from the
 * database's copy in the other region; without such a region the database is lost as well.
 */
export const searchRecovery: RecoveryPlanner<SearchSpec> = ({ rebuildMinutes }, { recoveryRegion }) =>
  recoveryRegion
    ? {
        by: "made again from the database",
        rpoMinutes: 0,
        rtoMinutes: emptyIndexMinutes + rebuildMinutes,
        source: `an empty index in ${emptyIndexMinutes} minutes, filled in ${rebuildMinutes}, from when the database is back; it holds nothing that the database does not`,
      }
    : lost;

/** @throws Error naming the argument that no engine could start with */
export function checkSearch({
  dataNodes,
  masterNodes,
  diskGiB,
  rebuildMinutes,
  snapshotRetentionDays,
}: SearchSpec): void {
  if (!Number.isInteger(dataNodes) || dataNodes < 1) {
    throw new Error(`dataNodes: expected a whole number of 1 or more, got ${dataNodes}`);
  }
  if (!masterCounts.some((count) => count === masterNodes)) {
    throw new Error(`masterNodes: expected one of ${masterCounts.join(", ")}, got ${masterNodes}`);
  }
  if (masterNodes === 0 && dataNodes === 2) {
    throw new Error(
      "dataNodes: expected 1, or 3 or more, where masterNodes is 0: of two masters none may go, got 2",
    );
  }
  if (!Number.isInteger(diskGiB) || diskGiB < 10) {
    throw new Error(`diskGiB: expected a whole number of 10 or more, got ${diskGiB}`);
  }
  if (!Number.isInteger(snapshotRetentionDays) || snapshotRetentionDays < 1 || snapshotRetentionDays > 365) {
    throw new Error(
      `snapshotRetentionDays: expected a whole number from 1 to 365, got ${snapshotRetentionDays}`,
    );
  }
  if (!(rebuildMinutes > 0)) {
    throw new Error(`rebuildMinutes: expected more than 0, got ${rebuildMinutes}`);
  }
}

/** What is wrong with taking an index from one version to another: never back, and one major at a time. */
export function searchStep(running: string, wanted: string): VersionProblem | undefined {
  const [from, to] = [partsOf(running), partsOf(wanted)];
  if (to.major < from.major || (to.major === from.major && to.minor < from.minor)) {
    return { expected: `${running} or newer, as the index runs it and never goes back`, got: wanted };
  }
  return to.major <= from.major + 1
    ? undefined
    : {
        expected: `a version of ${from.major} or of ${from.major + 1}, as majors go one at a time`,
        got: wanted,
      };
}

/** Of `3.5`, `9.4.3` and `OpenSearch_2.19`. */
function partsOf(version: string): { readonly major: number; readonly minor: number } {
  const [major = NaN, minor = NaN] = version
    .replace(/^OpenSearch_/, "")
    .split(".")
    .map(Number);
  return { major, minor };
}
