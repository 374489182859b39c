import * as pulumi from "@pulumi/pulumi";
import { refuse, textIn, type VersionProblem } from "../cluster/upgrade";

type Change = Pick<pulumi.ResourceHookArgs, "oldInputs" | "oldOutputs" | "newInputs">;

/**
 * Binds {@link checkUpgrade} to a cluster: the engine asks it before each update, in a preview too, so that a step back is
 * refused before the service or the operator hears of it.
 *
 * @param name logical name of the cluster, unique in the stack as hooks' names have to be
 */
export function guardKafka(name: string): pulumi.ResourceHookBinding {
  return {
    beforeUpdate: [new pulumi.ResourceHook(`${name}-upgrade`, checkUpgrade, { onDryRun: true })],
  };
}

/**
 * What is wrong with taking brokers from one release to another: never back, as they write what an older one can't read
 * (https://kafka.apache.org/documentation/#upgrade: no downgrade once the metadata's version is raised, which MSK and Strimzi
 * both do at the end). Releases can be left out on the way.
 */
export function kafkaStep(running: string, wanted: string): VersionProblem | undefined {
  const [from, to] = [releaseOf(running), releaseOf(wanted)];
  if (from === undefined || to === undefined) {
    return { expected: `a release of Kafka such as 4.1, as the brokers run ${running}`, got: wanted };
  }
  return to.major > from.major || (to.major === from.major && to.minor >= from.minor)
    ? undefined
    : {
        expected: `${from.major}.${from.minor} or newer, as the brokers run ${running} and never go back`,
        got: wanted,
      };
}

/** Refuses a step back of a cluster of MSK or of Strimzi. */
export function checkUpgrade({ oldInputs, oldOutputs, newInputs }: Change): void {
  const [running, wanted] = [versionIn(oldOutputs) ?? versionIn(oldInputs), versionIn(newInputs)];
  if (running !== undefined && wanted !== undefined) refuse("kafka.version", kafkaStep(running, wanted));
}

/** What MSK is asked for as `kafkaVersion`, and Strimzi as `spec.kafka.version`. */
function versionIn(fields: Change["newInputs"]): string | undefined {
  return textIn(fields, "kafkaVersion") ?? textIn(mapIn(mapIn(fields, "spec"), "kafka"), "version");
}

function mapIn(fields: Change["newInputs"], key: string): Change["newInputs"] {
  const value: unknown = fields?.[key];
  return typeof value === "object" && value !== null ? { ...value } : undefined;
}

/** 4 and 1 of `4.1`, `4.1.0` and `4.1.x.kraft`. */
function releaseOf(version: string): { readonly major: number; readonly minor: number } | undefined {
  const [, major, minor] = /^(\d+)\.(\d+)(?:\.|$)/.exec(version) ?? [];
  return major === undefined || minor === undefined
    ? undefined
    : { major: Number(major), minor: Number(minor) };
}
