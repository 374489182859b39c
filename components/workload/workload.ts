import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { CaBundle, SecretReference, ServiceToken } from "../identity/workloadIdentity";
import type { Placement, SpotNodes } from "../cluster/nodeProvisioning";
import { allowTraffic } from "../platform/networkPolicy";
import type { Destination } from "../platform/networkPolicy";
import { reloadAnnotation } from "../secrets/reloader";
import { defaultWayIn, type WayInKind } from "../traffic/wayIn";
import { configFilesOf } from "./configFiles";
import { selectorLabels, taskSelector, workloadLabels } from "./labels";
import type { WorkloadMesh } from "./membership";
import { planWorkload } from "./plan";
import type { Peers, WorkloadPlan } from "./plan";
import { authoritiesPath, type PodFacts, podTemplate } from "./podTemplate";
import { type RolloutsHere, rollout } from "./rollout";
import { deployment, factsOf, scaling, scraping, serviceAccount, serving } from "./resources";
import { checkRouteTimes } from "./routeTimes";
import type { WorkloadSpec } from "./spec";
import { cronJobs, migrationJob } from "./taskResources";
import { tasksOf } from "./tasks";
import type { Telemetry } from "./telemetry";
import { egressRules, ingressRules } from "./traffic";

/** Arguments of {@link Workload}. */
export interface WorkloadArgs {
  /** Its name in the namespace; others call it by `http://<service>`, and its identity is the account of this name. */
  readonly service: string;
  readonly spec: WorkloadSpec;
  /** Name of the system that it is a part of. */
  readonly system: string;
  /** Namespace, which denies all traffic that is not allowed. */
  readonly namespace: pulumi.Input<string>;
  /**
   * Who calls it and whom it calls; {@link planPeers} makes them for a whole system.
   *
   * @default - nobody
   */
  readonly peers?: Peers;
  /**
   * What the service account must carry for its identity in the cloud.
   *
   * @default {}
   */
  readonly serviceAccountAnnotations?: pulumi.Input<Record<string, string>>;
  /**
   * Facts about its stores (hosts, ports, never a credential) and references to what is secret, as environment variables.
   *
   * @default {}
   */
  readonly connections?: Readonly<Record<string, pulumi.Input<string> | SecretReference>>;
  /**
   * What it verifies its stores' certificates with, by the store's name: each a file, its path in the bundle's variable.
   *
   * @default {}
   */
  readonly caBundles?: Readonly<Record<string, CaBundle>>;
  /**
   * Tokens by which stores know it: each a file, its path in the token's variable.
   *
   * @default []
   */
  readonly serviceTokens?: readonly ServiceToken[];
  /**
   * Secrets of its namespace with which its image is pulled.
   *
   * @default [] - by what the nodes may
   */
  readonly imagePullSecrets?: readonly pulumi.Input<string>[];
  /**
   * Where its stores answer.
   *
   * @default []
   */
  readonly stores?: readonly Destination[];
  /**
   * Where it fetches its identity's credentials, on the node.
   *
   * @default []
   */
  readonly identityEndpoints?: readonly Destination[];
  /**
   * What its pods say to run on nodes made to measure.
   *
   * @default - where the spec says
   */
  readonly placement?: Placement;
  /**
   * Nodes on spot that the cloud makes below its pods.
   *
   * @default - none
   */
  readonly spotNodes?: SpotNodes;
  /**
   * DNS name of its route; an `IngressHost` or a listener of the Gateway owns it.
   *
   * @default - must be given when the spec has a route
   */
  readonly host?: string;
  /**
   * How requests get into the cluster.
   *
   * @default `defaultWayIn`
   */
  readonly wayIn?: WayInKind;
  /** @default - it is in none */
  readonly mesh?: WorkloadMesh;
  /**
   * Argo Rollouts.
   *
   * @default - must be given when the spec's strategy is not `rolling`
   */
  readonly rollouts?: RolloutsHere;
  /**
   * Where it sends the spans of its traces.
   *
   * @default - nowhere
   */
  readonly telemetry?: Telemetry;
}

/**
 * A stateless service or worker: Deployment (or Rollout, by its strategy), ServiceAccount, and as its spec says Service,
 * route, autoscaler, disruption budget, traffic rules, scraping and tasks. What its image must bear: a numeric user, a read-only root, probes.
 */
export class Workload extends pulumi.ComponentResource {
  /** URL inside the cluster; `undefined` for a worker. */
  public readonly url: string | undefined;
  /** URL on the internet; `undefined` without a route. */
  public readonly publicUrl: string | undefined;
  /** Its pods, for who scales them. */
  public readonly pods: pulumi.Resource;

  constructor(name: string, args: WorkloadArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:workload:Workload", name, {}, opts);
    const { service, spec, system, namespace, host, wayIn = defaultWayIn } = args;
    const plan = planWorkload(service, spec);
    checkRoute(plan, { host, wayIn, mesh: args.mesh });
    const child: pulumi.CustomResourceOptions = { parent: this, dependsOn: opts?.dependsOn ?? [] };
    // what runs nothing needs the namespace alone; the engine walks every way from the pods before a deletion
    const light: pulumi.CustomResourceOptions = { parent: this };
    const metadata = { name: service, namespace, labels: workloadLabels(service, system) };

    const account = serviceAccount(
      `${name}-service-account`,
      {
        metadata,
        annotations: args.serviceAccountAnnotations ?? {},
        imagePullSecrets: args.imagePullSecrets ?? [],
      },
      light,
    );
    const { files, paths } = caFiles(args.caBundles);
    const { facts, secretVariables } = sorted(args.connections);
    const configMap = factsOf(`${name}-connections`, metadata, { ...facts, ...paths }, light);
    const authorities = factsOf(`${name}-authorities`, metadata, files, light);
    const configFiles = factsOf(`${name}-files`, metadata, fileContents(plan), light);
    const policies = trafficPolicies(name, plan, { ...args, wayIn }, light);
    const pod: PodFacts = {
      system,
      serviceAccount: account.metadata.name,
      configMap: configMap?.metadata.name,
      authorities: authorities?.metadata.name,
      configFiles: configFiles?.metadata.name,
      secretVariables,
      serviceTokens: args.serviceTokens,
      placement: args.placement,
      spotNodes: args.spotNodes,
      mesh: args.mesh,
      telemetry: args.telemetry,
    };
    const template = podTemplate(plan, pod);
    // Without the policies its first pods would be cut off from what they need to start.
    const allowed = pulumi.mergeOptions(child, { dependsOn: [...policies] });
    const migration = migrationJob(`${name}-migration`, { plan, namespace, facts: pod }, allowed);
    const migrated = migration.length === 0 ? allowed : { ...light, dependsOn: [...policies, ...migration] };
    this.pods = podsOf(
      name,
      { plan, metadata: { ...metadata, ...reloaded(secretVariables) }, template },
      args,
      migrated,
    );
    // what they do, they do as the version does that has their stores ready
    cronJobs(name, { plan, namespace, facts: pod }, migrated);
    scaling(name, plan, metadata, { ...child, dependsOn: this.pods });
    serving(name, { plan, metadata, host, wayIn, mesh: args.mesh }, child);
    scraping(`${name}-monitor`, plan, namespace, child);

    this.url = plan.port === undefined ? undefined : `http://${service}`;
    this.publicUrl = plan.route === undefined ? undefined : `https://${host}${plan.route.path}`;
    this.registerOutputs({ url: this.url, publicUrl: this.publicUrl });
  }
}

/** What it is configured by in files. */
function fileContents(plan: WorkloadPlan): Readonly<Record<string, string>> {
  return Object.fromEntries(configFilesOf(plan).map(({ key, content }) => [key, content]));
}

/** Its pods, kept by Kubernetes itself or by Argo Rollouts. */
function podsOf(
  name: string,
  { plan, ...made }: Parameters<typeof deployment>[1],
  { mesh, rollouts }: Pick<WorkloadArgs, "mesh" | "rollouts">,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
  const { service, strategy, metrics } = plan;
  if (strategy.kind === "rolling") return deployment(name, { plan, ...made }, opts);
  if (rollouts === undefined) {
    throw new RangeError(
      `${service}.strategy.kind: expected "rolling" where there is no Argo Rollouts, got "${strategy.kind}"`,
    );
  }
  const measured = mesh?.knowsRequests === true ? "mesh" : "workload";
  if (measured === "workload" && metrics === undefined) {
    throw new RangeError(
      `${service}.metrics: expected a port, as no mesh measures the requests that its new versions are judged by, got none`,
    );
  }
  const { controller, ...here } = rollouts;
  return rollout(
    name,
    { plan: { ...plan, strategy }, ...made, ...here, measured },
    pulumi.mergeOptions(opts, { dependsOn: controller }),
  );
}

/** Whoever reads Secrets as it starts is started anew when they change. */
function reloaded(secrets: Readonly<Record<string, SecretReference>>): {
  readonly annotations?: Readonly<Record<string, string>>;
} {
  return Object.keys(secrets).length === 0 ? {} : { annotations: reloadAnnotation };
}

/** What may be read by anybody who sees the workload, apart from what may not. */
function sorted(connections: WorkloadArgs["connections"] = {}): {
  readonly facts: Readonly<Record<string, pulumi.Input<string>>>;
  readonly secretVariables: Readonly<Record<string, SecretReference>>;
} {
  const facts: Record<string, pulumi.Input<string>> = {};
  const secretVariables: Record<string, SecretReference> = {};
  for (const [variable, value] of Object.entries(connections)) {
    if (isReference(value)) secretVariables[variable] = value;
    else facts[variable] = value;
  }
  return { facts, secretVariables };
}

function isReference(value: pulumi.Input<string> | SecretReference): value is SecretReference {
  return typeof value === "object" && !pulumi.Output.isInstance(value) && "secretName" in value;
}

/** The bundles as files, and the variables that say where these are. */
function caFiles(bundles: WorkloadArgs["caBundles"] = {}): {
  readonly files: Readonly<Record<string, pulumi.Output<string>>>;
  readonly paths: Readonly<Record<string, string>>;
} {
  const entries = Object.entries(bundles);
  return {
    files: Object.fromEntries(entries.map(([store, { pem }]) => [`${store}.pem`, pem])),
    paths: Object.fromEntries(
      entries.map(([store, { variable }]) => [variable, `${authoritiesPath}/${store}.pem`]),
    ),
  };
}

/** A route has a host, and asks nothing of its way in that this can't do. */
function checkRoute(
  { service, route }: WorkloadPlan,
  { host, wayIn, mesh }: Required<Pick<WorkloadArgs, "wayIn">> & { [K in "host" | "mesh"]: WorkloadArgs[K] },
): void {
  if (route === undefined) return;
  if (host === undefined) {
    throw new RangeError(`${service}.host: expected a DNS name, as it has a route, got none`);
  }
  checkRouteTimes(service, route, wayIn, mesh !== undefined);
}

/** Who may reach it and whom it may reach; its tasks reach those too, and nobody reaches them. */
function trafficPolicies(
  name: string,
  plan: WorkloadPlan,
  {
    namespace,
    peers = { callers: [], callees: {} },
    stores = [],
    identityEndpoints = [],
    wayIn,
    mesh,
    telemetry,
  }: WorkloadArgs & { readonly wayIn: WayInKind },
  opts: pulumi.CustomResourceOptions,
): readonly k8s.networking.v1.NetworkPolicy[] {
  const { service } = plan;
  const facts = { peers, stores, identityEndpoints, wayIn, mesh, telemetry: telemetry?.destination };
  const egress = egressRules(plan, facts);
  const own = allowTraffic(
    `${name}-traffic`,
    {
      namespace,
      policy: service,
      podLabels: selectorLabels(service),
      ingress: ingressRules(plan, facts),
      egress,
    },
    opts,
  );
  if (tasksOf(plan.tasks).length === 0 || egress.length === 0) return [own];
  const podLabels = taskSelector(service);
  const tasks = { namespace, policy: `${service}-tasks`, podLabels, egress };
  return [own, allowTraffic(`${name}-tasks-traffic`, tasks, opts)];
}
