import { taskSelector } from "../../components/workload/labels";
import type { PlanResource } from "../../preview/plan";
import { listAt, textAt } from "../json";
import { migratedContainers, serviceContainers } from "./containerServices";

/** An image as a workload names it. */
export interface ServiceImage {
  /** Registry and repository, without a version. */
  readonly name: string;
  /** Tag, or the digest where that decides. */
  readonly version: string;
  /** Namespace of its pods; empty where there is no cluster. */
  readonly namespace: string;
  /** Kind that makes its pods. */
  readonly kind: string;
}

const makers = [
  "kubernetes:apps/v1:Deployment",
  "kubernetes:argoproj.io/v1alpha1:Rollout",
  "kubernetes:apps/v1:StatefulSet",
];

/** Images of a plan's services by the services' names: of each maker of pods its container of the same name. */
export function imagesOf(resources: readonly PlanResource[]): Readonly<Record<string, ServiceImage>> {
  const found = resources
    .filter(({ type }) => makers.includes(type))
    .flatMap(({ inputs, type }): [string, ServiceImage][] => {
      const name = textAt(inputs, "metadata", "name");
      const namespace = textAt(inputs, "metadata", "namespace") ?? "default";
      const containers = listAt(inputs, "spec", "template", "spec", "containers");
      const container = containers.find((one) => textAt(one, "name") === name);
      const image = container === undefined ? undefined : textAt(container, "image");
      if (name === undefined || image === undefined) return [];
      return [[name, { ...splitImage(image), namespace, kind: type.split(":").at(-1) ?? type }]];
    });
  const without = serviceContainers(resources).map(({ service, image, kind }): [string, ServiceImage] => [
    service,
    { ...splitImage(image), namespace: "", kind },
  ]);
  return Object.fromEntries([...without, ...found]);
}

/** Services of a plan that run a migration before a new version. */
export function migratedServices(resources: readonly PlanResource[]): readonly string[] {
  const labelled = (inputs: PlanResource["inputs"], labels: Readonly<Record<string, string>>) =>
    Object.entries(labels).every(([key, value]) => textAt(inputs, "metadata", "labels", key) === value);
  const jobs = resources.filter(({ type }) => type === "kubernetes:batch/v1:Job");
  const without = migratedContainers(resources);
  return Object.keys(imagesOf(resources)).filter((service) => {
    if (without.includes(service)) return true;
    const labels = { ...taskSelector(service), "app.kubernetes.io/component": "migration" };
    return jobs.some(({ inputs }) => labelled(inputs, labels));
  });
}

/** An image's name and its version: `registry:5000/shop/api:1.2@sha256:…` has both a tag and a digest, which decides. */
export function splitImage(image: string): Pick<ServiceImage, "name" | "version"> {
  const [tagged = "", digest] = image.split("@");
  const colon = tagged.lastIndexOf(":");
  // a colon before the last slash is a port's
  const hasTag = colon > tagged.lastIndexOf("/");
  const name = hasTag ? tagged.slice(0, colon) : tagged;
  return { name, version: digest ?? (hasTag ? tagged.slice(colon + 1) : "latest") };
}
