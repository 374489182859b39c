import type { PlanResource } from "../../preview/plan";
import { at, listAt, textAt } from "../json";

/** A container of a service on what the clouds run containers by, without a cluster. */
export interface ServiceContainer {
  readonly service: string;
  readonly image: string;
  /** What makes it: `TaskDefinition` of ECS, `Service` of Cloud Run. */
  readonly kind: string;
}

const types = {
  taskDefinition: "aws:ecs/taskDefinition:TaskDefinition",
  invocation: "aws:lambda/invocation:Invocation",
  runService: "gcp:cloudrunv2/service:Service",
  runJob: "gcp:cloudrunv2/job:Job",
} as const;

/** Containers of a plan's services, each of its service's name; none where the services run in a cluster. */
export function serviceContainers(resources: readonly PlanResource[]): readonly ServiceContainer[] {
  return resources.flatMap(({ type, name, inputs }) => {
    const kind = type.split(":").at(-1) ?? type;
    return containersOf({ type, inputs }).flatMap((container): ServiceContainer[] => {
      const service = textAt(container, "name");
      const image = textAt(container, "image");
      if (service === undefined || image === undefined) return [];
      // a task definition of ECS may be of a task as well, whose container is its service's
      const isOwn =
        type === types.runService ? at(container, "ports") !== undefined : name.endsWith(`-${service}`);
      return isOwn ? [{ service, image, kind }] : [];
    });
  });
}

function containersOf({ type, inputs }: Pick<PlanResource, "type" | "inputs">): readonly unknown[] {
  if (type === types.runService) return listAt(inputs, "template", "containers");
  const text = type === types.taskDefinition ? textAt(inputs, "containerDefinitions") : undefined;
  const parsed = text === undefined ? undefined : jsonOf(text);
  return Array.isArray(parsed) ? parsed : [];
}

/** Services whose migration the update itself runs: by a function that it invokes on AWS, as an execution of a job on GCP. */
export function migratedContainers(resources: readonly PlanResource[]): readonly string[] {
  const found = resources.flatMap(({ type, name, inputs }): (string | undefined)[] => {
    if (type === types.invocation && name.endsWith("-migration")) {
      return [textAt(jsonOf(textAt(inputs, "input") ?? ""), "container")];
    }
    // none but a migration's is run by an update
    if (type !== types.runJob || at(inputs, "runExecutionToken") === undefined) return [];
    return listAt(inputs, "template", "template", "containers").map((container) => textAt(container, "name"));
  });
  return found.flatMap((service) => service ?? []);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
