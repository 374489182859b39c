import { isSet, show } from "../check";
import { always, fromStaging, onlyWarns } from "../levels";
import { resourceRule } from "../rule";
import { charts } from "./charts";
import { containersOf, podSpecOf, workloads } from "./podSpec";

/** Registries of the clouds, and those that publishers of open source have their images in. */
const usualRegistries = [
  "*.dkr.ecr.*.amazonaws.com",
  "*.dkr.ecr.*.amazonaws.com.cn",
  "*-docker.pkg.dev",
  "docker.elastic.co",
  "docker.io",
  "gcr.io",
  "ghcr.io",
  "mcr.microsoft.com",
  "public.ecr.aws",
  "quay.io",
  "registry.k8s.io",
];

export const registry = resourceRule({
  id: "k8s-pod-image-registry",
  title: "Images come from registries that were chosen",
  severity: "high",
  description: "An image from anywhere is a program by anyone.",
  remedy: "Take the image from one of registries, or copy it to the stack's own.",
  controls: {
    cisEks: ["5.1.4"],
    cisGke: ["5.1.4"],
    nsa: ["Building secure container images"],
    soc2: ["CC8.1"],
  },
  levels: fromStaging,
  settings: {
    registries: {
      schema: {
        type: "array",
        items: { type: "string" },
        description: "Hosts that images may come from; * stands for any characters.",
      },
      values: { dev: usualRegistries, staging: usualRegistries, prod: usualRegistries },
    },
  },
  types: workloads,
  check: (workload, { registries }) =>
    containersOf(podSpecOf(workload))
      .map(({ container: { image = "" }, at }) => ({ at, host: hostOf(image) }))
      .filter(({ host }) => !registries.some((allowed) => matches(host, allowed)))
      .map(({ at, host }) => `${at} has an image of ${host}, which is none of registries`),
});

/** Host of an image's registry, with a port that is not the usual one; Docker Hub's for a name without a host. */
function hostOf(image: string): string {
  const [first = "", ...rest] = image.split("/");
  return rest.length > 0 && (/[.:]/.test(first) || first === "localhost")
    ? first.replace(/:443$/, "")
    : "docker.io";
}

function matches(host: string, pattern: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.]/g, "\\."));
  return new RegExp(`^${parts.join(".*")}$`).test(host);
}

export const pullPolicy = resourceRule({
  id: "k8s-pod-image-pull-policy",
  title: "Nodes ask the registry for what they have not seen",
  severity: "low",
  description:
    "With Never a pod runs what happens to be on its node, whoever put it there; a tag that moves has to be asked for each time.",
  remedy:
    "Leave imagePullPolicy out, or set it to Always where the image goes by a tag that may move; with alwaysForTags wherever it has no digest.",
  controls: { soc2: ["CC8.1"] },
  levels: fromStaging,
  settings: {
    alwaysForTags: {
      schema: { type: "boolean", description: "Ask for Always wherever an image has no digest." },
      values: { dev: false, staging: false, prod: false },
    },
  },
  types: workloads,
  check: (workload, { alwaysForTags }) =>
    containersOf(podSpecOf(workload)).map(({ container: { image = "", imagePullPolicy }, at }) => [
      imagePullPolicy === "Never" && `${at} has imagePullPolicy "Never"`,
      alwaysForTags &&
        !image.includes("@sha256:") &&
        imagePullPolicy !== "Always" &&
        `${at} has imagePullPolicy ${show(imagePullPolicy)} and an image without a digest, expected "Always"`,
    ]),
});

export const secretsAsFiles = resourceRule({
  id: "k8s-pod-no-secret-env",
  title: "Pods have their secrets as files, where that is asked",
  severity: "low",
  description:
    "A variable is there for every library, child process and crash report; a file is there for who opens it, and is renewed while the pod runs.",
  remedy: "Mount the Secret as a volume, or take it from Vault's agent or the CSI driver.",
  controls: { cisEks: ["4.4.1"], cisGke: ["4.4.1"], cisKubernetes: ["5.4.1"], soc2: ["CC6.1"] },
  levels: onlyWarns,
  settings: {
    namespaces: {
      schema: {
        type: "array",
        items: { type: "string" },
        description: "Namespaces whose pods have secrets as files only; * is all of them.",
      },
      values: { dev: [] as string[], staging: [] as string[], prod: [] as string[] },
    },
  },
  types: workloads,
  applies: ({ props: { metadata } }, { namespaces }) =>
    namespaces.some((name) => name === "*" || name === metadata?.namespace),
  check: (workload) =>
    containersOf(podSpecOf(workload)).map(({ container, at }) => [
      (container.env ?? [])
        .filter(({ valueFrom }) => isSet(valueFrom, "secretKeyRef"))
        .map(({ name = "" }) => `${at} has the variable ${name} from a Secret`),
      (container.envFrom ?? [])
        .filter((source) => isSet(source, "secretRef"))
        .map(() => `${at} has all variables of a Secret`),
    ]),
});

/** Programs that whoever reaches them rules the cluster by, and that their makers gave up: Tiller, and the dashboard. */
const rulers = /(^|\/)(kubernetes-dashboard|dashboard-(web|api|auth)|tiller)(:|@|$)/;

export const noDashboard = resourceRule({
  id: "k8s-pod-no-dashboard",
  title: "No dashboard or Tiller rules the cluster",
  severity: "high",
  description:
    "Both do with the rights of their own whatever they are asked; Kubernetes archived its dashboard, and Helm gave Tiller up.",
  remedy: "Take the chart or workload out; look at the cluster by kubectl, with one's own rights.",
  controls: { cisGke: ["5.10.1"], soc2: ["CC6.1"] },
  levels: always,
  types: [...workloads, ...charts],
  check: (resource) => {
    if (
      resource.type === "kubernetes:helm.sh/v3:Release" ||
      resource.type === "kubernetes:helm.sh/v4:Chart"
    ) {
      const { chart } = resource.props;
      return rulers.test(chart ?? "") && `the chart is ${show(chart)}`;
    }
    return containersOf(podSpecOf(resource))
      .filter(({ container }) => rulers.test(container.image ?? ""))
      .map(({ container, at }) => `${at} runs ${show(container.image)}`);
  },
});
