import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import type { Admitted } from "../../components/containers/admission";
import {
  type ContainerPlan,
  plainVariables,
  urlVariable,
  volumeOf,
  writableOf,
} from "../../components/containers/plan";
import { autoNamed } from "../../components/names";
import type { ProbeSpec } from "../../components/workload/spec";
import type { MountedFile } from "./containerFiles";
import { runSize } from "./containerSize";
import type { GcpKey } from "./key";
import type { GcpNetwork } from "./network";

/** Arguments of a {@link GcpContainerService}. */
export interface GcpContainerServiceArgs {
  readonly plan: ContainerPlan;
  /** The image, with its registry. */
  readonly image: string;
  readonly network: GcpNetwork;
  /** Its stores, and the account that it runs as. */
  readonly admitted: Admitted;
  readonly files: readonly MountedFile[];
  /** Tags by which the network's rules know its instances. */
  readonly tags: readonly string[];
  /** URLs of the services that it calls, by name. */
  readonly callees: Readonly<Record<string, pulumi.Output<string>>>;
  /** Accounts of those that call it, by name. */
  readonly callers: Readonly<Record<string, pulumi.Output<string>>>;
  readonly key: GcpKey;
  /** Whether Binary Authorization is asked for its image. */
  readonly checksImages: boolean;
  readonly region: string;
  readonly protect: boolean;
}

/** Longest name that Cloud Run takes. */
const maxName = 49;

/** Requests that an instance answers at a time; Cloud Run's own default. */
const concurrency = 80;

/** As a pod is asked: https://docs.cloud.google.com/run/docs/configuring/healthchecks */
const liveness = { periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 } as const;
const readiness = { periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 3, successThreshold: 1 } as const;
const startupPeriodSeconds = 5;

/**
 * A service on Cloud Run: reached by the load balancer and from within the network, or from within alone and then by those
 * accounts that call it. What it writes to is a disk of its instance; what it sends goes through the network.
 */
export class GcpContainerService extends pulumi.ComponentResource {
  readonly service: gcp.cloudrunv2.Service;

  constructor(name: string, args: GcpContainerServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:ContainerService", name, {}, opts);
    const { plan, network, admitted, key, tags, region, protect, checksImages, callers } = args;
    const { minReplicas, maxReplicas, gpus, route, peers } = plan;
    const open = route !== undefined;

    this.service = new gcp.cloudrunv2.Service(
      autoNamed(maxName, name),
      {
        location: region,
        // disks of instances: https://docs.cloud.google.com/run/docs/configuring/services/ephemeral-disk
        launchStage: "BETA",
        ingress: open ? "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" : "INGRESS_TRAFFIC_INTERNAL_ONLY",
        // a load balancer has no account; who may come is the firewall's to say, and nobody comes past it
        invokerIamDisabled: open,
        defaultUriDisabled: peers.callers.length === 0,
        deletionProtection: protect,
        ...(checksImages && { binaryAuthorization: { useDefault: true } }),
        traffics: [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 }],
        template: {
          serviceAccount: admitted.identity.identifier,
          encryptionKey: key.keyId,
          executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
          maxInstanceRequestConcurrency: concurrency,
          scaling: { minInstanceCount: minReplicas, maxInstanceCount: maxReplicas },
          timeout: "3600s",
          vpcAccess: {
            egress: "ALL_TRAFFIC",
            networkInterfaces: [
              { network: network.networkId, subnetwork: network.nodeSubnetId, tags: [...tags] },
            ],
          },
          ...(gpus !== undefined && {
            nodeSelector: { accelerator: "nvidia-l4" },
            gpuZonalRedundancyDisabled: false,
          }),
          containers: [serving(args)],
          volumes: volumesOf(args),
        },
      },
      // what a component waits for, its children wait for where they say so
      pulumi.mergeOptions(
        { parent: this, protect, dependsOn: [...key.grants] },
        { dependsOn: opts?.dependsOn ?? [] },
      ),
    );
    if (!open) {
      for (const [caller, member] of Object.entries(callers)) {
        new gcp.cloudrunv2.ServiceIamMember(
          `${name}-${caller}`,
          { location: region, name: this.service.name, role: "roles/run.invoker", member },
          { parent: this },
        );
      }
    }
    this.registerOutputs({ name: this.service.name });
  }
}

type Instance = Pick<GcpContainerServiceArgs, "plan" | "image" | "admitted" | "files" | "callees">;

/** Its container, as its tasks run it too. */
export function containerOf({ plan, image, admitted, files, callees }: Instance): {
  name: string;
  image: string;
  commands?: string[];
  args?: string[];
  envs: { name: string; value: pulumi.Input<string> }[];
  resources: { limits: Readonly<Record<string, string>> };
  volumeMounts: { name: string; mountPath: string }[];
} {
  const { service, command, args } = plan;
  const told = {
    ...admitted.connections,
    ...Object.fromEntries(Object.entries(callees).map(([callee, url]) => [urlVariable(callee), url])),
    ...Object.fromEntries(files.map(({ variable, path }) => [variable, path])),
    ...plainVariables(plan, {}),
  };
  return {
    name: service,
    image,
    ...(command !== undefined && { commands: [...command] }),
    ...(args !== undefined && { args: [...args] }),
    envs: Object.entries(told).map(([name, value]) => ({ name, value })),
    resources: { limits: runSize(plan) },
    volumeMounts: [
      ...disksOf(plan).map(({ name, path }) => ({ name, mountPath: path })),
      ...files.map(({ mount }) => ({ ...mount })),
    ],
  };
}

/** What its instances, and those of its tasks, have mounted. */
export function volumesOf({
  plan,
  files,
}: Pick<GcpContainerServiceArgs, "plan" | "files">): (
  MountedFile["volume"] | { readonly name: string; readonly emptyDir: { medium: string; sizeLimit: string } }
)[] {
  return [
    ...disksOf(plan).map(({ name: volume, sizeMiB }) => ({
      name: volume,
      emptyDir: { medium: "DISK", sizeLimit: `${sizeMiB}Mi` },
    })),
    ...files.map(({ volume }) => volume),
  ];
}

/** A container that answers requests. */
function serving(args: GcpContainerServiceArgs): gcp.types.input.cloudrunv2.ServiceTemplateContainer {
  const { plan } = args;
  const { port, probes, minReplicas } = plan;
  const common = containerOf(args);
  return {
    ...common,
    // Cloud Run tells PORT by itself
    ...(port !== undefined && { ports: { name: "http1", containerPort: port } }),
    resources: {
      ...common.resources,
      // instances that stand all the time have their CPU all the time
      cpuIdle: minReplicas === 0,
      startupCpuBoost: plan.gpus === undefined,
    },
    startupProbe: {
      httpGet: requestOf(probes.startup, port),
      periodSeconds: startupPeriodSeconds,
      timeoutSeconds: startupPeriodSeconds,
      failureThreshold: Math.ceil(probes.startupSeconds / startupPeriodSeconds),
    },
    livenessProbe: { httpGet: requestOf(probes.liveness, port), ...liveness },
    readinessProbe: { httpGet: requestOf(probes.readiness, port), ...readiness },
  };
}

/** What a service writes to. Cloud Run mounts nothing below /dev, where it has memory to share of its own. */
function disksOf(plan: ContainerPlan): readonly { name: string; path: string; sizeMiB: number }[] {
  return writableOf(plan)
    .filter(({ path }) => !path.startsWith("/dev/"))
    .map(({ path, sizeMiB }) => ({ name: volumeOf(path), path, sizeMiB }));
}

function requestOf(
  probe: ProbeSpec,
  port: number | undefined,
): { readonly path: string; readonly port: number } {
  if (!("path" in probe) || port === undefined) {
    throw new RangeError("probes: expected a path, as Cloud Run asks by requests, got another way");
  }
  return { path: probe.path, port: probe.port ?? port };
}
