import type * as pulumi from "@pulumi/pulumi";
import { Tracing, telemetryTo } from "./components/tracing/tracing";
import type { System, SystemArgs } from "./components/workload/system";
import type { StackConfig } from "./config/resolve";
import { afterBase, servicePlace, type ServicesArgs } from "./services";

/** What the system's services are told of where spans go; nothing where the system has no traces. */
export function telemetryOf({ blueprint, environment }: StackConfig): Pick<SystemArgs, "telemetry"> {
  return blueprint.platform.openTelemetry === undefined ? {} : { telemetry: telemetryTo(environment) };
}

/** What traces are of. */
export interface TracingPlace extends ServicesArgs {
  readonly system: System;
}

/** Gathers and keeps traces of the system's requests, where the blueprint asks for it: nothing waits for it. */
export function makeTracing(
  name: string,
  { system, ...args }: TracingPlace,
  opts: { readonly parent: pulumi.Resource },
): Tracing | undefined {
  const { config, cloud } = args;
  const { blueprint, protect, logRetentionDays } = config;
  const { openTelemetry, tempo, loki } = blueprint.platform;
  if (openTelemetry === undefined) return undefined;
  const kept = {
    archiveAfterDays: 0,
    // what is deleted has been written anew in larger blocks, or is too old
    noncurrentRetentionDays: 1,
    accessLogRetentionDays: logRetentionDays,
    protect,
  };
  return new Tracing(
    name,
    {
      ...servicePlace(args),
      spec: openTelemetry,
      systemNamespace: blueprint.namespace,
      standingNamespace: system.namespaceName,
      ...(loki !== undefined && { logs: "loki" }),
      onNodes: blueprint.podRuntime !== "serverless",
      ...(tempo !== undefined && {
        tempo: {
          spec: tempo,
          storage: cloud.tempoStorage,
          bucket: (bucket, own) => cloud.bucket(bucket, kept, own),
        },
      }),
    },
    afterBase(args, opts),
  );
}
