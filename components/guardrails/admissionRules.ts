import { namespaces } from "../platform/names";

/** Which objects a rule is about. */
export interface ResourceMatch {
  /** The empty name is the core group. */
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly resources: readonly string[];
}

/** What the API server asks of objects before it keeps them; every text but messages is in CEL. */
export interface AdmissionRule {
  readonly matches: readonly ResourceMatch[];
  /** What has to hold of a request for the rule to be asked at all, by name. */
  readonly conditions: Readonly<Record<string, string>>;
  /** What its expressions know as `variables.<name>`; a later one knows those before it. */
  readonly variables: Readonly<Record<string, string>>;
  readonly validations: readonly { readonly expression: string; readonly message: string }[];
}

/** What the rules of a cluster go by. */
export interface AdmissionRulesArgs {
  /** Registries, with a path where they have one, of which every image may run. */
  readonly registries: readonly string[];
  /** Repositories of single images, in full, that may run besides. */
  readonly repositories: readonly string[];
  /** Namespace of the system's services. */
  readonly systemNamespace: string;
  /** Namespaces that may have Services of type LoadBalancer. */
  readonly loadBalancedNamespaces: readonly string[];
  /** How names of namespaces begin in which the cloud runs what is its own. */
  readonly cloudNamespaces: readonly string[];
}

/**
 * Namespaces of ours whose pods may be more than Pod Security's `restricted` lets them; each says why in its annotation
 * `groundwork.dev/pod-security-reason`.
 */
export const privilegedNamespaces: readonly string[] = [
  namespaces.alloy,
  namespaces.falco,
  namespaces.filebeat,
  namespaces.istioNodes,
  namespaces.nodeExporter,
];

/** Kubernetes' own: names that begin so are kept for it (kubernetes.io, "Namespaces", "Working with Namespaces"). */
const kubernetesNamespaces = "kube-";

/** Pods, and containers that are added to a pod that runs. */
const podsThemselves: readonly ResourceMatch[] = [
  { apiGroups: [""], apiVersions: ["v1"], resources: ["pods", "pods/ephemeralcontainers"] },
];

/** Pods and what makes them. */
const podMakers: readonly ResourceMatch[] = [
  ...podsThemselves,
  { apiGroups: [""], apiVersions: ["v1"], resources: ["replicationcontrollers"] },
  {
    apiGroups: ["apps"],
    apiVersions: ["v1"],
    resources: ["daemonsets", "deployments", "replicasets", "statefulsets"],
  },
  { apiGroups: ["argoproj.io"], apiVersions: ["v1alpha1"], resources: ["rollouts"] },
  { apiGroups: ["batch"], apiVersions: ["v1"], resources: ["cronjobs", "jobs"] },
];

/** A change that leaves the spec as it was passes: an object from before a rule can still be finished and removed. */
const specChanges = 'request.operation != "UPDATE" || object.spec != oldObject.spec';

/** The template of pods, and all their containers. */
const podVariables = {
  template:
    'object.kind == "Pod" ? object : object.kind == "CronJob" ? object.spec.jobTemplate.spec.template : object.spec.template',
  pod: "variables.template.spec",
  containers: [
    "variables.pod.containers",
    "(has(variables.pod.initContainers) ? variables.pod.initContainers : [])",
    "(has(variables.pod.ephemeralContainers) ? variables.pod.ephemeralContainers : [])",
  ].join(" + "),
} as const;

/** The rules of a cluster by their names. */
export function admissionRules(args: AdmissionRulesArgs): Readonly<Record<string, AdmissionRule>> {
  const cloudsOwn = list([kubernetesNamespaces, ...args.cloudNamespaces]);
  const outside = `!${cloudsOwn}.exists(start, request.namespace.startsWith(start))`;
  const conditions = { "not-the-clouds-own": outside, "spec-changes": specChanges };
  return {
    // a template may name what a webhook replaces in its pods, as Istio's gateways do ("auto")
    images: { matches: podsThemselves, conditions, ...imageRules(args) },
    privilege: { matches: podMakers, conditions, ...privilegeRules },
    "system-pods": {
      matches: podMakers,
      conditions: {
        "in-the-system": `request.namespace == ${text(args.systemNamespace)}`,
        "spec-changes": specChanges,
      },
      ...systemPodRules,
    },
    services: {
      matches: [{ apiGroups: [""], apiVersions: ["v1"], resources: ["services"] }],
      conditions,
      ...serviceRules(args),
    },
    namespaces: {
      matches: [{ apiGroups: [""], apiVersions: ["v1"], resources: ["namespaces"] }],
      conditions: {
        "not-the-clouds-own": `object.metadata.name != "default" && !${cloudsOwn}.exists(start, object.metadata.name.startsWith(start))`,
        "not-being-removed": "!has(object.metadata.deletionTimestamp)",
      },
      ...namespaceRules,
    },
  };
}

type Rules = Pick<AdmissionRule, "variables" | "validations">;

function imageRules({ registries, repositories }: AdmissionRulesArgs): Rules {
  return {
    variables: {
      ...podVariables,
      images: "variables.containers.map(container, container.image)",
      registries: list(registries.map((registry) => `${registry}/`)),
      repositories: list(repositories.flatMap((repository) => [`${repository}:`, `${repository}@`])),
    },
    validations: [
      {
        expression:
          "variables.images.all(image, (variables.registries + variables.repositories).exists(place, image.startsWith(place)))",
        message: "images come from the stack's registry and the repositories of its charts",
      },
      {
        // the last colon of a registry with a port is before a slash
        expression:
          'variables.images.all(image, image.matches("^[^@]+(:[^/:@]+|@sha256:[0-9a-f]{64}|:[^/:@]+@sha256:[0-9a-f]{64})$") && !image.matches(":latest(@|$)"))',
        message: "images have a tag or digest that never moves, and not latest",
      },
    ],
  };
}

const privilegeRules: Rules = {
  variables: {
    ...podVariables,
    excepted: `request.namespace in ${list(privilegedNamespaces)}`,
  },
  validations: [
    { expression: 'request.namespace != "default"', message: "nothing runs in the default namespace" },
    {
      expression: `variables.excepted || !(${["hostNetwork", "hostPID", "hostIPC"]
        .map((field) => `(has(variables.pod.${field}) && variables.pod.${field})`)
        .join(" || ")})`,
      message: "pods have namespaces of their own and not the node's",
    },
    {
      expression:
        "variables.excepted || !has(variables.pod.volumes) || variables.pod.volumes.all(volume, !has(volume.hostPath))",
      message: "pods mount nothing of the node's disk",
    },
    {
      expression:
        "variables.excepted || variables.containers.all(container, !has(container.securityContext) || !has(container.securityContext.privileged) || !container.securityContext.privileged)",
      message: "containers are not privileged",
    },
  ],
};

const systemPodRules: Rules = {
  variables: {
    ...podVariables,
    labels: "has(variables.template.metadata.labels) ? variables.template.metadata.labels : {}",
  },
  validations: [
    {
      expression:
        '["app.kubernetes.io/name", "app.kubernetes.io/part-of"].all(label, label in variables.labels)',
      message: "pods have the labels app.kubernetes.io/name and app.kubernetes.io/part-of",
    },
    {
      expression:
        '(has(variables.pod.serviceAccountName) && variables.pod.serviceAccountName != "default") || (has(variables.pod.automountServiceAccountToken) && !variables.pod.automountServiceAccountToken)',
      message: "pods of the default service account have no token of it",
    },
  ],
};

function serviceRules({ loadBalancedNamespaces }: AdmissionRulesArgs): Rules {
  return {
    variables: {},
    validations: [
      {
        expression: `request.namespace in ${list(loadBalancedNamespaces)} || !has(object.spec.type) || !(object.spec.type in ["LoadBalancer", "NodePort"])`,
        message: "Services are reached from outside where the way in is, and nowhere else",
      },
      {
        // whoever may make a Service would take the traffic to any address (CVE-2020-8554)
        expression: "!has(object.spec.externalIPs) || size(object.spec.externalIPs) == 0",
        message: "Services have no externalIPs",
      },
    ],
  };
}

const namespaceRules: Rules = {
  variables: {
    labels: "has(object.metadata.labels) ? object.metadata.labels : {}",
    level:
      '"pod-security.kubernetes.io/enforce" in variables.labels ? variables.labels["pod-security.kubernetes.io/enforce"] : "privileged"',
  },
  validations: [
    {
      expression: `object.metadata.name in ${list(privilegedNamespaces)} || variables.level == "restricted"`,
      message: "namespaces enforce Pod Security's restricted standard",
    },
  ],
};

/** A text as CEL writes it, which is as JSON does. */
function text(value: string): string {
  return JSON.stringify(value);
}

function list(values: readonly string[]): string {
  return `[${values.map(text).join(", ")}]`;
}
