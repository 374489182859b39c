import type * as pulumi from "@pulumi/pulumi";
import { thresholds } from "../../components/governance/alarms";
import type { MetricAlarmArgs, Series } from "./metricAlarm";
import { makeAll } from "./storeAlarms";

/** What of a domain alarms are set by. */
export interface WatchedDomain {
  readonly domainName: pulumi.Output<string>;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
  readonly dataNodes: number;
  readonly masterNodes: number;
  /** Disk of a data node, GiB. */
  readonly diskGiB: number;
}

/** Of a node's disk: a quarter free is what AWS asks to be told of, as 20 GiB or a fifth are kept for merges. */
const leastFree = 0.25;

/** Heap in use, percent, from which collections take longer than the work. */
const heapPercent = 95;

/**
 * A domain by what it sends to CloudWatch each minute, and by when AWS says it is worth an alarm.
 * https://docs.aws.amazon.com/opensearch-service/latest/developerguide/cloudwatch-alarms.html
 */
export function searchAlarms(
  name: string,
  { domainName, accountId, dataNodes, masterNodes, diskGiB }: WatchedDomain,
  topicArn: pulumi.Input<string>,
  opts: { readonly parent: pulumi.Resource },
): void {
  const one = (metric: string, statistic: Series["statistic"]): Pick<MetricAlarmArgs, "series"> => ({
    series: {
      m1: {
        namespace: "AWS/ES",
        metric,
        statistic,
        dimensions: { DomainName: domainName, ClientId: accountId },
      },
    },
  });
  makeAll(
    name,
    {
      "search-red": {
        severity: "critical",
        description: "Search: a part of an index is on no node. What is in it is not found.",
        ...one("ClusterStatus.red", "Maximum"),
        limit: { above: 0 },
        minutes: 5,
      },
      // one node has nowhere to put a copy
      ...(dataNodes > 1 && {
        "search-yellow": {
          severity: "warning",
          description: "Search: a part of an index has no copy. With its node it would be gone.",
          ...one("ClusterStatus.yellow", "Maximum"),
          limit: { above: 0 },
        },
      }),
      "search-disk": {
        severity: "critical",
        description: "Search: less than a quarter of a disk is free. Enlarge search.diskGiB.",
        ...one("FreeStorageSpace", "Minimum"),
        // the metric is in MiB
        limit: { below: Math.round(diskGiB * 1024 * leastFree) },
      },
      "search-writes-blocked": {
        severity: "critical",
        description: "Search: the domain refuses writes, for want of disk or of memory.",
        ...one("ClusterIndexWritesBlocked", "Maximum"),
        limit: { above: 0 },
        minutes: 5,
      },
      "search-nodes": {
        severity: "warning",
        description: "Search: fewer nodes than there should be.",
        ...one("Nodes", "Minimum"),
        limit: { below: dataNodes + masterNodes },
        // a day is what AWS waits, as it replaces nodes by itself; three hours are more than that takes
        minutes: 180,
      },
      "search-snapshot": {
        severity: "critical",
        description: "Search: the hourly snapshot failed.",
        ...one("AutomatedSnapshotFailure", "Maximum"),
        limit: { above: 0 },
        minutes: 5,
      },
      "search-cpu": {
        severity: "warning",
        description: "Search: the processors of a node are busy all the time.",
        ...one("CPUUtilization", "Maximum"),
        limit: { above: thresholds.storeCpu * 100 },
      },
      "search-memory": {
        severity: "critical",
        description: "Search: the heap of a node is full. Queries fail, and the node may go.",
        ...one("JVMMemoryPressure", "Maximum"),
        limit: { above: heapPercent },
      },
      ...(masterNodes > 0 && {
        "search-masters": {
          severity: "critical",
          description: "Search: the masters can't be reached. Nothing about the indices can change.",
          ...one("MasterReachableFromNode", "Minimum"),
          limit: { below: 1 },
        },
      }),
      "search-key": {
        severity: "critical",
        description: "Search: the key of the domain can't be used. Without it the domain is lost in days.",
        ...one("KMSKeyInaccessible", "Maximum"),
        limit: { above: 0 },
        minutes: 5,
      },
    },
    topicArn,
    opts,
  );
}
