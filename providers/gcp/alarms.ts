import * as pulumi from "@pulumi/pulumi";
import { type Alarms, type AlarmsArgs, checkOnCall } from "../../components/governance/alarms";
import { alarmChannels } from "./alarmChannels";
import { GcpAudit } from "./audit";
import { clusterAlarms, networkAlarms } from "./clusterAlarms";
import { logAlarms } from "./logAlarms";
import { gcpNetwork } from "./network";
import type { GcpPlacement } from "./project";
import { projectAlarms } from "./projectAlarms";
import { uptimeAlarms } from "./uptime";
import { isWatched } from "./watchedStore";

/**
 * {@link Alarms} by Cloud Monitoring, whose policies write to a mailbox and a topic; findings of Security Command Center
 * go from their own topic to PagerDuty and Slack.
 */
export class GcpAlarms extends pulumi.ComponentResource implements Alarms {
  readonly topic: pulumi.Output<string>;

  constructor(name: string, args: AlarmsArgs & GcpPlacement, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:Alarms", name, {}, opts);
    const { onCall, network, cluster, containers, stores, backups, pages = {}, logs, audit } = args;
    const { region, project } = args;
    checkOnCall(onCall);
    const child = { parent: this };

    const findings = audit === undefined ? {} : { findingsTopic: ofThisCloud(audit, GcpAudit).findingsTopic };
    const { topicId, ...notified } = alarmChannels(name, { onCall, region, project, ...findings }, child);
    const policies = { ...child, notified };
    if (cluster !== undefined) {
      clusterAlarms(name, { clusterName: cluster.clusterName, location: region }, policies);
    }
    const { natGateway } = gcpNetwork(network);
    if (natGateway !== undefined) networkAlarms(name, natGateway, policies);
    const kept = [...stores, ...present(backups), ...present(containers)];
    for (const one of kept.filter(isWatched)) one.watch(name, policies);
    uptimeAlarms(name, pages, { ...policies, project });
    if (logs !== undefined && cluster !== undefined) {
      const of = { ...logs, clusterName: cluster.clusterName, location: region };
      logAlarms(name, of, { ...policies, project });
    }
    if (audit !== undefined) projectAlarms(name, policies);

    this.topic = topicId;
    this.registerOutputs({ topic: this.topic });
  }
}

/** What is there, of what need not be. */
function present<T>(made: T | undefined): readonly T[] {
  return made === undefined ? [] : [made];
}

/** What the contract gave as the class of this cloud. */
function ofThisCloud<T extends object>(made: object, type: abstract new (...args: never[]) => T): T {
  if (!(made instanceof type)) {
    throw new Error(`${type.name}: expected one of gcp, got one of another cloud`);
  }
  return made;
}
