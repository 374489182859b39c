import type { ResourceType } from "../resource";
import type { Stack } from "../stack";
import { charts } from "./charts";
import { podOf, workloads, type PodSpec, type Workload } from "./podSpec";

/** Kinds that an operator makes pods, accounts and Services of, in their own namespace. */
const madeOf = [
  "kubernetes:beat.k8s.elastic.co/v1beta1:Beat",
  "kubernetes:elasticsearch.k8s.elastic.co/v1:Elasticsearch",
  "kubernetes:kafka.strimzi.io/v1:Kafka",
  "kubernetes:kibana.k8s.elastic.co/v1:Kibana",
  "kubernetes:logstash.k8s.elastic.co/v1alpha1:Logstash",
  "kubernetes:opensearch.opster.io/v1:OpenSearchCluster",
  "kubernetes:opensearch.org/v1:OpenSearchCluster",
  "kubernetes:opentelemetry.io/v1beta1:OpenTelemetryCollector",
  "kubernetes:psmdb.percona.com/v1:PerconaServerMongoDB",
  "kubernetes:argoproj.io/v1alpha1:Application",
] as const satisfies readonly ResourceType[];

/**
 * Namespaces in which charts and operators make what no resource of this stack is: nothing is missing there for not being
 * among them. Where Argo CD delivers is what an Application says.
 */
function openNamespaces(stack: Stack): ReadonlySet<string> {
  return stack.once("namespaces that others make things in", (all) => {
    const named = all.ofType(...madeOf).map(({ props }) => namespaceOf(props));
    const released = all.ofType(...charts).map(({ props }) => props.namespace ?? "");
    const delivered = all
      .ofType("kubernetes:argoproj.io/v1alpha1:AppProject")
      .flatMap(({ props }) => (props.spec?.destinations ?? []).map(({ namespace = "" }) => namespace));
    return new Set([...named, ...released, ...delivered]);
  });
}

/** Namespace that an object is in. */
export function namespaceOf(props: object): string {
  const { metadata } = props as { readonly metadata?: { readonly namespace?: string } };
  return metadata?.namespace ?? "default";
}

/** What is asked of each object, where it has it, by the namespace that the object is in. */
export function byNamespace<O extends { readonly props: object }, T>(
  objects: readonly O[],
  of: (object: O) => T | undefined,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const object of objects) {
    const namespace = namespaceOf(object.props);
    const value = of(object);
    if (value !== undefined) groups.set(namespace, [...(groups.get(namespace) ?? []), value]);
  }
  return groups;
}

/** True where all that stands in the namespace is of this stack, so that what is not there is missing. */
export function isWhole(namespace: string, stack: Stack): boolean {
  const own = stack.once("names of namespaces", (all) => {
    const made = all.ofType("kubernetes:core/v1:Namespace");
    return new Set(made.map(({ props: { metadata } }) => metadata?.name ?? ""));
  });
  return own.has(namespace) && !openNamespaces(stack).has(namespace);
}

/** A workload's pods. */
export interface Pods {
  readonly workload: Workload;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string | undefined>>;
  readonly spec: PodSpec;
}

/** Pods of this stack's workloads by namespace. */
export function podsIn(namespace: string, stack: Stack): readonly Pods[] {
  const pods = stack.once("pods by namespace", (all) =>
    byNamespace(all.ofType(...workloads), (workload): Pods => {
      const { metadata, spec = {} } = podOf(workload);
      return { workload, namespace: namespaceOf(workload.props), labels: metadata?.labels ?? {}, spec };
    }),
  );
  return pods.get(namespace) ?? [];
}

/** A label selector as the API has it. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string | undefined>> | undefined;
  readonly matchExpressions?:
    | readonly {
        readonly key?: string | undefined;
        readonly operator?: string | undefined;
        readonly values?: readonly string[] | undefined;
      }[]
    | undefined;
}

/** What each operator of an expression asks of a label's value. */
const operators: Readonly<
  Record<string, (value: string | undefined, values: readonly (string | undefined)[]) => boolean>
> = {
  In: (value, values) => values.includes(value),
  NotIn: (value, values) => !values.includes(value),
  Exists: (value) => value !== undefined,
  DoesNotExist: (value) => value === undefined,
};

/** True where the selector takes what has these labels; one without terms takes all. */
export function takes(
  { matchLabels = {}, matchExpressions = [] }: LabelSelector,
  labels: Readonly<Record<string, string | undefined>>,
): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(
      ({ key = "", operator = "", values = [] }) => operators[operator]?.(labels[key], values) ?? false,
    )
  );
}

/** True for a selector that takes something in particular. */
export function isParticular({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean {
  return Object.keys(matchLabels).length + matchExpressions.length > 0;
}
