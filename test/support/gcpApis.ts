import type { PlanResource } from "../../preview/plan";
import { type ProjectApi, projectApis } from "../../providers/gcp/project";

/** The API that a module of the provider calls: https://cloud.google.com/service-usage/docs/enabled-service */
const apiOfModule: Readonly<Record<string, ProjectApi | "run">> = {
  artifactregistry: "artifactregistry",
  billing: "billingbudgets",
  binaryauthorization: "binaryauthorization",
  certificatemanager: "certificatemanager",
  cloudrunv2: "run",
  cloudscheduler: "cloudscheduler",
  compute: "compute",
  container: "container",
  dns: "dns",
  gkebackup: "gkebackup",
  iam: "iam",
  kms: "cloudkms",
  logging: "logging",
  managedkafka: "managedkafka",
  monitoring: "monitoring",
  networkconnectivity: "networkconnectivity",
  orgpolicy: "orgpolicy",
  projects: "cloudresourcemanager",
  pubsub: "pubsub",
  redis: "redis",
  secretmanager: "secretmanager",
  securitycenter: "securitycenter",
  serviceaccount: "iam",
  servicenetworking: "servicenetworking",
  sql: "sqladmin",
  storage: "storage",
  workflows: "workflows",
};

const activation = "gcp:projects/service:Service";

/**
 * Resources of GCP that could be made before the API that makes them is on: those that wait neither themselves nor through
 * what they wait for. What a parent waits for counts for nothing, as Pulumi makes no child wait for it.
 */
export function withoutApi(resources: readonly PlanResource[]): {
  readonly checked: number;
  readonly early: readonly string[];
} {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const known = new Map<string, ReadonlySet<string>>();
  const awaited = (urn: string): ReadonlySet<string> => {
    const before = known.get(urn);
    if (before !== undefined) return before;
    const found = new Set<string>();
    const resource = byUrn.get(urn);
    if (resource?.type === activation) found.add(serviceOf(resource));
    // dependencies hold what the inputs come from as well
    for (const next of resource?.dependencies ?? []) for (const api of awaited(next)) found.add(api);
    known.set(urn, found);
    return found;
  };
  const callers = resources.filter(({ type }) => type.startsWith("gcp:") && type !== activation);
  const early = callers.flatMap((resource) => {
    const api = apiOf(resource);
    return awaited(resource.urn).has(api) ? [] : [`${resource.type} ${resource.name}: ${api}`];
  });
  return { checked: callers.length, early };
}

function apiOf(resource: PlanResource): string {
  const { type } = resource;
  // a role of the project's own is IAM's; who has which is the project's
  if (type === "gcp:projects/iAMCustomRole:IAMCustomRole") return "iam.googleapis.com";
  if (type === "gcp:storage/transferJob:TransferJob") return "storagetransfer.googleapis.com";
  // an agent is asked of the API whose agent it is
  if (type === "gcp:projects/serviceIdentity:ServiceIdentity") return serviceOf(resource);
  const [, module = ""] = /^gcp:([a-z0-9]+)\//i.exec(type) ?? [];
  const api = apiOfModule[module];
  if (api === undefined) {
    throw new Error(`${type}: expected a module of ${Object.keys(apiOfModule).join(", ")}`);
  }
  // who runs services without a cluster turns that one on
  if (api !== "run" && !projectApis.includes(api)) throw new Error(`${api}: expected an API of the project`);
  return `${api}.googleapis.com`;
}

function serviceOf({ urn, inputs: { service } }: PlanResource): string {
  if (typeof service !== "string") throw new Error(`${urn}: expected a service`);
  return service;
}
