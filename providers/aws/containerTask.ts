import * as pulumi from "@pulumi/pulumi";
import {
  authoritiesPath,
  type ContainerPlan,
  plainVariables,
  urlVariable,
  volumeOf,
  writableOf,
} from "../../components/containers/plan";
import type { CaBundle } from "../../components/identity/workloadIdentity";
import { bytes } from "../../components/workload/quantity";
import { authorityFiles, clockCommand, preparingCommand } from "./containerFiles";
import { healthCheck } from "./containerProbe";

/** What a task is made from besides the service's plan. */
export interface TaskFacts {
  readonly image: string;
  /** Facts of its stores, by environment variable. */
  readonly connections: Readonly<Record<string, pulumi.Output<string>>>;
  readonly caBundles: Readonly<Record<string, CaBundle>>;
  readonly logs: { readonly group: pulumi.Input<string>; readonly region: string };
}

/** Name by which a service's port is known to Service Connect. */
export const portName = "http";

/** Longest that ECS waits for a container to stop, seconds (Fargate). */
export const maxStopSeconds = 120;

/** User of a service where its entry names none, as on Kubernetes. */
const defaultUser = 10_001;

/** A service's container, and what prepares its files. */
export function containerDefinitions(plan: ContainerPlan, facts: TaskFacts): pulumi.Output<string> {
  const { port, gpus } = plan;
  const { files, preparing, main } = containersOf(plan, facts);
  return pulumi.jsonStringify([
    preparing,
    {
      ...main,
      environment: environmentOf(plan, facts, files, answering(plan)),
      ...(port !== undefined && {
        portMappings: [{ name: portName, containerPort: port, protocol: "tcp", appProtocol: "http" }],
      }),
      ...(gpus !== undefined && { resourceRequirements: [{ type: "GPU", value: `${gpus}` }] }),
      healthCheck: healthCheck(plan),
    },
  ]);
}

/** Name of the container that ends a task which takes too long. */
export function clockOf(service: string): string {
  return `${service}-clock`;
}

/**
 * What a service does beside answering requests: its container without a port, and a clock that ends both. Nobody is told of
 * others by Service Connect, which tasks of services alone have.
 */
export function taskDefinitions(
  plan: ContainerPlan,
  facts: TaskFacts,
  timeoutSeconds: number,
): pulumi.Output<string> {
  const { files, common, preparing, main } = containersOf(plan, facts);
  return pulumi.jsonStringify([
    preparing,
    { ...main, environment: environmentOf(plan, facts, files) },
    {
      ...common,
      name: clockOf(plan.service),
      essential: true,
      user: main.user,
      ...clockCommand(plan.runtime, timeoutSeconds),
      dependsOn: main.dependsOn,
      stopTimeout: 5,
    },
  ]);
}

/** A container and what prepares its files; with the root file system of both read-only. */
function containersOf(plan: ContainerPlan, facts: TaskFacts) {
  const { service, runtime, gracePeriodSeconds = 45, command, args } = plan;
  const files = authorityFiles(facts.caBundles);
  const directories = [...writableOf(plan).map(({ path }) => path)];
  const mounts = directories.map((path) => ({ sourceVolume: volumeOf(path), containerPath: path }));
  const authorities =
    files.length === 0 ? [] : [{ sourceVolume: authoritiesVolume, containerPath: authoritiesPath }];
  const user = plan.runAsUser ?? defaultUser;
  const common = {
    image: facts.image,
    privileged: false,
    readonlyRootFilesystem: true,
    linuxParameters: { capabilities: { drop: ["ALL"] } },
    logConfiguration: logging(service, facts.logs),
  };
  return {
    files,
    common,
    preparing: {
      ...common,
      name: preparing(service),
      essential: false,
      // what it opens is root's; of root's rights it keeps none but that
      user: "0",
      ...preparingCommand(runtime, directories, files),
      environment: files.map(({ variable, content }) => ({ name: variable, value: content })),
      mountPoints: [...mounts, ...authorities],
    },
    main: {
      ...common,
      name: service,
      essential: true,
      user: `${user}:${user}`,
      ...(command !== undefined && { entryPoint: command }),
      ...(args !== undefined && { command: args }),
      dependsOn: [{ containerName: preparing(service), condition: "SUCCESS" }],
      mountPoints: [...mounts, ...authorities.map((mount) => ({ ...mount, readOnly: true }))],
      ...limitsOf(plan),
      stopTimeout: Math.min(gracePeriodSeconds, maxStopSeconds),
    },
  };
}

const authoritiesVolume = "authorities";

function preparing(service: string): string {
  return `${service}-files`;
}

/** Names of the task's volumes, all of them on its own disk and gone with it. */
export function volumesOf(plan: ContainerPlan, facts: Pick<TaskFacts, "caBundles">): { name: string }[] {
  return [
    ...writableOf(plan).map(({ path }) => ({ name: volumeOf(path) })),
    ...(Object.keys(facts.caBundles).length === 0 ? [] : [{ name: authoritiesVolume }]),
  ];
}

/** The service's own limit of memory; what its proxy takes is the task's. */
function limitsOf({ resources: { limits } }: ContainerPlan): { readonly memory: number } {
  return { memory: Math.ceil(bytes(limits.memory, "memory") / 2 ** 20) };
}

function logging(service: string, { group, region }: TaskFacts["logs"]): object {
  return {
    logDriver: "awslogs",
    options: {
      "awslogs-group": group,
      "awslogs-region": region,
      "awslogs-stream-prefix": service,
      // a service goes on where its lines can't be written, and loses the oldest
      mode: "non-blocking",
      "max-buffer-size": "25m",
    },
  };
}

/** What a service is told of its port, and of those that it calls, by Service Connect's names, which are those of Kubernetes' Services. */
function answering({ port, peers }: ContainerPlan): Readonly<Record<string, string>> {
  return {
    ...(port !== undefined && { PORT: `${port}` }),
    ...Object.fromEntries(
      Object.keys(peers.callees).map((callee) => [urlVariable(callee), `http://${callee}`]),
    ),
  };
}

function environmentOf(
  plan: ContainerPlan,
  { connections }: TaskFacts,
  files: readonly { readonly told: string; readonly path: string }[],
  more: Readonly<Record<string, string>> = {},
): { name: string; value: pulumi.Input<string> }[] {
  const told = { ...more, ...Object.fromEntries(files.map((file) => [file.told, file.path])) };
  return Object.entries({ ...connections, ...plainVariables(plan, told) }).map(([variable, value]) => ({
    name: variable,
    value,
  }));
}
