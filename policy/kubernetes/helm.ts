import { holdsCredential, isSecretName, isTrue, objectAt, show } from "../check";
import { always, fromStaging } from "../levels";
import { resourceRule } from "../rule";
import { charts, isCalled } from "./charts";

export const noRetiredCharts = resourceRule({
  id: "k8s-helm-no-retired-charts",
  title: "No chart that its makers gave up",
  severity: "high",
  description:
    "ingress-nginx ended in March 2026, Bitnami's free images in September 2025, Tiller and the old stable charts in 2020: nobody mends them.",
  remedy: "Take a maintained chart: nginx-ingress by F5, or the project's own chart.",
  controls: { nsa: ["Upgrading and application security practices"], soc2: ["CC7.1", "CC8.1"] },
  levels: always,
  settings: {
    retired: {
      schema: {
        type: "array",
        items: { type: "string" },
        description: "Patterns of retired charts and repositories.",
      },
      values: {
        dev: ["kubernetes.github.io/ingress-nginx", "^ingress-nginx$", "bitnami", "charts.helm.sh/stable"],
        staging: [
          "kubernetes.github.io/ingress-nginx",
          "^ingress-nginx$",
          "bitnami",
          "charts.helm.sh/stable",
        ],
        prod: ["kubernetes.github.io/ingress-nginx", "^ingress-nginx$", "bitnami", "charts.helm.sh/stable"],
      },
    },
  },
  types: charts,
  check: ({ props: { chart, repositoryOpts } }, { retired }) => {
    const named = [chart, repositoryOpts?.repo].filter((text) => text !== undefined);
    return retired
      .filter((pattern) => named.some((text) => new RegExp(pattern).test(text)))
      .map((pattern) => `chart ${show(chart)} matches ${pattern}`);
  },
});

export const noSecretValues = resourceRule({
  id: "k8s-helm-no-secret-values",
  title: "Helm values hold no secrets",
  severity: "critical",
  description:
    "Values are kept in the cluster with every revision of the release, and shown by helm get values; a pack can't see whether Pulumi marked them secret.",
  remedy: "Make a Secret and give the chart its name (existingSecret and the like).",
  controls: { nsa: ["Secrets"], soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: always,
  types: charts,
  check: ({ props }) =>
    [...secretsIn(objectAt(props.values, "values"), "values")].map(
      (path) => `${path} holds what looks like a secret`,
    ),
});

function* secretsIn(value: unknown, path: string): Generator<string> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* secretsIn(item, `${path}[${index}]`);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (typeof item === "string" && item !== "" && isSecretName(key)) yield `${path}.${key}`;
      else yield* secretsIn(item, `${path}.${key}`);
    }
  } else if (holdsCredential(value)) {
    yield path;
  }
}

export const pinned = resourceRule({
  id: "k8s-helm-chart-pinned",
  title: "Charts are pinned",
  severity: "high",
  description:
    "A chart without an exact version is another chart tomorrow; one from a plain http repository is anybody's.",
  remedy:
    "Set version to an exact version and repositoryOpts.repo to an https:// address (or chart to an oci:// one).",
  controls: { soc2: ["CC8.1"] },
  levels: always,
  types: charts,
  check: ({ props: { version, chart, repositoryOpts } }) => [
    !/^v?\d+\.\d+\.\d+([-+][0-9A-Za-z.-]+)*$/.test(version ?? "") &&
      `version is ${show(version)}, expected an exact version`,
    !/^(https|oci):\/\//.test(repositoryOpts?.repo ?? chart ?? "") &&
      `the repository is ${show(repositoryOpts?.repo)}, expected https:// or oci://`,
  ],
});

/** Settings of pods that charts hand on as they are, with what each must not be. */
const privileges: Readonly<Record<string, (value: unknown) => boolean>> = {
  privileged: isTrue,
  hostNetwork: isTrue,
  hostPID: isTrue,
  hostIPC: isTrue,
  allowPrivilegeEscalation: isTrue,
  runAsUser: (value) => value === 0,
  runAsNonRoot: (value) => value === false,
  readOnlyRootFilesystem: (value) => value === false,
};

/** Charts of what watches or sets up the node itself. */
const agents = ["alloy", "aws-ebs-csi-driver", "cni", "falco", "prometheus-node-exporter", "ztunnel"];

export const hardenedValues = resourceRule({
  id: "k8s-helm-values-hardened",
  title: "Charts make no pod that the pack would refuse",
  severity: "medium",
  description:
    "What a chart makes is seen by no rule, unless the engine renders it: the rules of pods are asked of its values.",
  remedy:
    "Take the setting out of the chart's values, or name the chart in nodeAgents, where it has to be on the node.",
  controls: { nsa: ["Pod security enforcement"], soc2: ["CC6.8"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  settings: {
    nodeAgents: {
      schema: {
        type: "array",
        items: { type: "string" },
        description: "Charts whose pods need the node's rights.",
      },
      values: { dev: agents, staging: agents, prod: agents },
    },
  },
  types: charts,
  check: ({ props }, { nodeAgents }) =>
    nodeAgents.some((name) => isCalled(props.chart, name))
      ? undefined
      : [...privilegesIn(objectAt(props.values, "values"), "values")].map(
          ([path, value]) => `${path} is ${show(value)}`,
        ),
});

function* privilegesIn(value: unknown, path: string): Generator<readonly [path: string, value: unknown]> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* privilegesIn(item, `${path}[${index}]`);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (privileges[key]?.(item) === true) yield [`${path}.${key}`, item];
      else yield* privilegesIn(item, `${path}.${key}`);
    }
  }
}
