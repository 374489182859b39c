import { show } from "../check";
import { always, inProd, fromStaging } from "../levels";
import type { Props } from "../resource";
import { resourceRule, stackRule } from "../rule";
import type { Stack } from "../stack";
import { byNamespace, isParticular, isWhole, namespaceOf, podsIn, takes } from "./made";
import { containersOf, podOf, workloads, type Workload } from "./podSpec";

type PolicySpec = NonNullable<Props<"kubernetes:networking.k8s.io/v1:NetworkPolicy">["spec"]>;

/** NetworkPolicies of a namespace. */
function policiesIn(namespace: string, stack: Stack): readonly PolicySpec[] {
  const specs = stack.once("specs of NetworkPolicies by namespace", (all) =>
    byNamespace(all.ofType("kubernetes:networking.k8s.io/v1:NetworkPolicy"), ({ props: { spec } }) => spec),
  );
  return specs.get(namespace) ?? [];
}

/** Policies that take the workload's pods. */
function policiesOf(workload: Workload, stack: Stack): readonly PolicySpec[] {
  const labels = podOf(workload).metadata?.labels ?? {};
  return policiesIn(namespaceOf(workload.props), stack).filter(({ podSelector = {} }) =>
    takes(podSelector, labels),
  );
}

export const covered = stackRule({
  id: "k8s-netpol-covers-pods",
  title: "Each workload's traffic is allowed by a policy of its own",
  severity: "medium",
  description:
    "Without one it is either cut off from everything or, where nothing denies, open to everybody.",
  remedy: "Add a NetworkPolicy whose podSelector takes the pods and that says whom they hear and call.",
  controls: {
    cisEks: ["4.3.2"],
    cisGke: ["4.3.2"],
    cisKubernetes: ["5.3.2"],
    nsa: ["Network policies"],
    soc2: ["CC6.6"],
    gdpr: ["32(1)(b)"],
  },
  levels: inProd,
  types: workloads,
  // A namespace without any policy is k8s-namespace-default-deny's to name.
  applies: (workload, stack) => policiesIn(namespaceOf(workload.props), stack).length > 0,
  check: (workload, stack) =>
    !policiesOf(workload, stack).some(
      ({ ingress = [], egress = [] }) => ingress.length + egress.length > 0,
    ) && "no NetworkPolicy of this stack takes its pods and allows anything",
});

export const names = stackRule({
  id: "k8s-netpol-dns-egress",
  title: "Pods that may call out may ask for names",
  severity: "medium",
  description: "Where all is denied, a pod that may call a service but not the cluster's DNS finds nobody.",
  remedy: "Allow egress to kube-dns on port 53, by UDP and TCP.",
  controls: { soc2: ["A1.2"] },
  levels: always,
  types: workloads,
  // One that calls nobody, or whose egress nobody bounds, needs nothing; another stack's policies are not seen.
  applies: (workload, stack) =>
    isWhole(namespaceOf(workload.props), stack) &&
    policiesOf(workload, stack).some(({ egress = [] }) => egress.length > 0),
  check: (workload, stack) =>
    !policiesOf(workload, stack).some(({ egress = [] }) =>
      egress.some(
        ({ ports = [] }) =>
          ports.length === 0 || ports.some(({ port }) => [53, "53", "dns", undefined].includes(port)),
      ),
    ) && "its pods may call out, and ask no DNS on port 53",
});

export const notDangling = stackRule({
  id: "k8s-netpol-not-dangling",
  title: "NetworkPolicies are about pods that there are",
  severity: "low",
  description: "A policy whose labels nobody has protects nobody, and looks as if it did.",
  remedy: "Set spec.podSelector to labels of a workload in the namespace, or take the policy out.",
  controls: { nsa: ["Network policies"], soc2: ["CC6.6"] },
  levels: inProd,
  types: ["kubernetes:networking.k8s.io/v1:NetworkPolicy"],
  applies: ({ props }, stack) =>
    isParticular(props.spec?.podSelector ?? {}) && isWhole(namespaceOf(props), stack),
  check: ({ props }, stack) =>
    !podsIn(namespaceOf(props), stack).some(({ labels }) => takes(props.spec?.podSelector ?? {}, labels)) &&
    `no workload in ${namespaceOf(props)} has the labels of spec.podSelector`,
});

export const target = stackRule({
  id: "k8s-service-has-target",
  title: "Services lead to pods that there are",
  severity: "medium",
  description: "A selector that nobody matches, or a port that no container has, answers nothing.",
  remedy: "Set spec.selector to the pods' labels and targetPort to one of their containers' ports.",
  controls: { soc2: ["A1.2"] },
  levels: fromStaging,
  types: ["kubernetes:core/v1:Service"],
  applies: ({ props }, stack) =>
    Object.keys(props.spec?.selector ?? {}).length > 0 && isWhole(namespaceOf(props), stack),
  check: ({ props }, stack) => {
    const { spec } = props;
    const pods = podsIn(namespaceOf(props), stack).filter(({ labels }) =>
      takes({ matchLabels: spec?.selector }, labels),
    );
    if (pods.length === 0) return `no workload in ${namespaceOf(props)} has the labels of spec.selector`;
    const ports = pods.flatMap(({ spec: pod }) =>
      containersOf(pod).flatMap(({ container }) => container.ports ?? []),
    );
    return (spec?.ports ?? [])
      .map(({ targetPort, port }) => targetPort ?? port)
      .filter((wanted) => typeof wanted === "string" && !ports.some(({ name }) => name === wanted))
      .map((wanted) => `no container of its pods has a port ${show(wanted)}`);
  },
});

/** Names that only the cluster, or the node, knows. */
const innerName =
  /(^|\.)(svc|svc\.cluster\.local|cluster\.local|localhost|metadata\.google\.internal)\.?$|^(127\.|169\.254\.)/;

export const externalName = resourceRule({
  id: "k8s-service-external-name",
  title: "A Service by another name leads outside",
  severity: "high",
  description:
    "An ExternalName that is one of the cluster's own takes callers past the policies of the namespace that it stands for.",
  remedy: "Call the Service by its own name; set externalName to a host outside of the cluster.",
  controls: { soc2: ["CC6.6"] },
  levels: always,
  types: ["kubernetes:core/v1:Service"],
  applies: ({ props: { spec } }) => spec?.type === "ExternalName",
  check: ({ props: { spec } }) =>
    innerName.test(spec?.externalName ?? "") && `spec.externalName is ${show(spec?.externalName)}`,
});

export const noSnippets = resourceRule({
  id: "k8s-ingress-no-snippets",
  title: "Ingresses bring no configuration of their own",
  severity: "high",
  description:
    "A snippet is put into the proxy's configuration as it stands: whoever may write an Ingress reads every secret that the proxy has (CVE-2021-25742).",
  remedy:
    "Take the annotations that end in -snippet or -snippets out, and use the controller's own settings.",
  controls: { soc2: ["CC6.8"] },
  levels: always,
  types: ["kubernetes:networking.k8s.io/v1:Ingress"],
  check: ({ props: { metadata } }) =>
    Object.keys(metadata?.annotations ?? {})
      .filter((key) => /-snippets?$/.test(key))
      .map((key) => `the annotation ${key} is set`),
});

export const backend = stackRule({
  id: "k8s-ingress-backend-exists",
  title: "Ingresses lead to Services that there are",
  severity: "medium",
  description: "A Service or port that there is none of answers 503, and nothing says so before.",
  remedy: "Name a Service of the namespace, and one of its ports.",
  controls: { soc2: ["A1.2"] },
  levels: fromStaging,
  types: ["kubernetes:networking.k8s.io/v1:Ingress"],
  applies: ({ props }, stack) => isWhole(namespaceOf(props), stack),
  check: ({ props }, stack) => {
    const { spec } = props;
    const namespace = namespaceOf(props);
    const own = stack
      .ofType("kubernetes:core/v1:Service")
      .filter((service) => namespaceOf(service.props) === namespace);
    const backends = [
      spec?.defaultBackend?.service,
      ...(spec?.rules ?? []).flatMap(({ http }) => (http?.paths ?? []).map((path) => path.backend?.service)),
    ];
    return backends
      .filter((service) => service !== undefined)
      .map(({ name, port }) => {
        const found = own.find((service) => service.props.metadata?.name === name);
        if (!found) return `there is no Service ${show(name)} in ${namespace}`;
        const ports = found.props.spec?.ports ?? [];
        return (
          !ports.some(
            (each) => each.port === port?.number || (port?.name !== undefined && each.name === port.name),
          ) && `the Service ${show(name)} has no port ${show(port?.number ?? port?.name)}`
        );
      });
  },
});
