import assert from "node:assert/strict";
import { admissionRules } from "../../../components/guardrails/admissionRules";
import type { Json } from "../../../preview/plan";
import {
  admission,
  type AdmissionRequest,
  type Answer,
  type KubernetesObject,
} from "../../support/admission";

const rules = admissionRules({
  registries: ["ghcr.io/acme", "registry.example.com:5000/shop"],
  repositories: ["quay.io/prometheus/prometheus"],
  systemNamespace: "shop",
  loadBalancedNamespaces: ["nginx-gateway"],
  cloudNamespaces: ["gke-"],
});

let answer: Answer;
const answers = (request: AdmissionRequest): readonly string[] =>
  Object.values(rules).flatMap((rule) => answer(rule, request));

type PodPart = Readonly<Record<string, Json>>;
const image = "ghcr.io/acme/api:1.2.3";
const container = { name: "api", image };
const labels = { "app.kubernetes.io/name": "api", "app.kubernetes.io/part-of": "shop" };
const sound = { serviceAccountName: "api", containers: [container] };

function pod(spec: PodPart = {}, metadata: PodPart = {}): KubernetesObject {
  return {
    kind: "Pod",
    metadata: { name: "api", namespace: "shop", labels, ...metadata },
    spec: { ...sound, ...spec },
  };
}
const create = (object: KubernetesObject, resource = "pods"): AdmissionRequest => ({ resource, object });
const withImage = (name: string): KubernetesObject => pod({ containers: [{ name: "api", image: name }] });

const elsewhere = "images come from the stack's registry and the repositories of its charts";
const moves = "images have a tag or digest that never moves, and not latest";
const digest = `sha256:${"0".repeat(64)}`;

describe("The rules of what gets into a cluster", () => {
  before(async () => {
    answer = await admission();
  });

  it("let a sound pod in", () => {
    assert.deepEqual(answers(create(pod())), []);
  });

  for (const name of [
    "registry.example.com:5000/shop/web:1.0",
    "quay.io/prometheus/prometheus:v3.1.0",
    `quay.io/prometheus/prometheus:v3.1.0@${digest}`,
    `ghcr.io/acme/api@${digest}`,
    "ghcr.io/acme/api:latest-1",
  ]) {
    it(`let ${name} run`, () => {
      assert.deepEqual(answers(create(withImage(name))), []);
    });
  }

  for (const [name, messages] of [
    ["docker.io/library/nginx:1.27", [elsewhere]],
    ["nginx:1.27", [elsewhere]],
    ["ghcr.io/acme-evil/api:1", [elsewhere]],
    ["quay.io/prometheus/prometheus-evil:v1", [elsewhere]],
    ["quay.io/prometheus/prometheus", [elsewhere, moves]],
    ["ghcr.io/acme/api", [moves]],
    ["ghcr.io/acme/api:latest", [moves]],
    [`ghcr.io/acme/api:latest@${digest}`, [moves]],
    ["ghcr.io/acme/api@sha256:12", [moves]],
    ["registry.example.com:5000/shop/web", [moves]],
  ] as const) {
    it(`refuse ${name}`, () => {
      assert.deepEqual(answers(create(withImage(name))), messages);
    });
  }

  for (const [resource, object] of [
    ["deployments", { kind: "Deployment", spec: (template: Json) => ({ template }) }],
    ["rollouts", { kind: "Rollout", spec: (template: Json) => ({ template }) }],
    ["jobs", { kind: "Job", spec: (template: Json) => ({ template }) }],
    ["cronjobs", { kind: "CronJob", spec: (template: Json) => ({ jobTemplate: { spec: { template } } }) }],
  ] as const) {
    it(`read the pods of ${resource}`, () => {
      const made = (hostNetwork: boolean, name = image): KubernetesObject => {
        const spec = { ...sound, hostNetwork, containers: [{ name: "api", image: name }] };
        const metadata = { name: "api", namespace: "shop" };
        return { kind: object.kind, metadata, spec: object.spec({ metadata: { labels }, spec }) };
      };
      assert.deepEqual(answers(create(made(false), resource)), []);
      assert.deepEqual(answers(create(made(true), resource)), [
        "pods have namespaces of their own and not the node's",
      ]);
      // an image is judged in the pod, after webhooks have had their say
      assert.deepEqual(answers(create(made(false, "auto"), resource)), []);
    });
  }

  for (const kind of ["initContainers", "ephemeralContainers"]) {
    it(`read a pod's ${kind}`, () => {
      const object = pod({ [kind]: [{ name: "other", image: "nginx:1.27" }] });
      assert.deepEqual(answers(create(object, "pods/ephemeralcontainers")), [elsewhere]);
    });
  }

  for (const [what, spec, message] of [
    ["the node's network", { hostNetwork: true }, "pods have namespaces of their own and not the node's"],
    ["the node's processes", { hostPID: true }, "pods have namespaces of their own and not the node's"],
    ["the node's memory", { hostIPC: true }, "pods have namespaces of their own and not the node's"],
    [
      "the node's disk",
      {
        volumes: [
          { name: "tmp", emptyDir: {} },
          { name: "root", hostPath: { path: "/" } },
        ],
      },
      "pods mount nothing of the node's disk",
    ],
    [
      "the node itself",
      { containers: [{ ...container, securityContext: { privileged: true } }] },
      "containers are not privileged",
    ],
  ] as const) {
    it(`refuse a pod that has ${what}, but where ours says why`, () => {
      assert.deepEqual(answers(create(pod(spec))), [message]);
      assert.deepEqual(answers(create(pod(spec, { namespace: "other" }))), [message]);
      assert.deepEqual(answers(create(pod(spec, { namespace: "node-exporter" }))), []);
    });
  }

  it("take what a pod says it does not have", () => {
    const none = { hostNetwork: false, hostPID: false, hostIPC: false };
    const containers = [{ ...container, securityContext: { privileged: false } }];
    assert.deepEqual(answers(create(pod({ ...none, containers, volumes: [] }))), []);
  });

  it("let nothing run in the default namespace", () => {
    assert.deepEqual(answers(create(pod({}, { namespace: "default" }))), [
      "nothing runs in the default namespace",
    ]);
  });

  it("ask the system's pods for their labels, and no others", () => {
    const bare = { labels: { "app.kubernetes.io/name": "api" } };
    const message = "pods have the labels app.kubernetes.io/name and app.kubernetes.io/part-of";
    assert.deepEqual(answers(create(pod({}, bare))), [message]);
    assert.deepEqual(answers(create({ ...pod(), metadata: { name: "api", namespace: "shop" } })), [message]);
    assert.deepEqual(answers(create(pod({}, { ...bare, namespace: "other" }))), []);
  });

  it("give the system's default account no token", () => {
    const message = "pods of the default service account have no token of it";
    for (const spec of [
      { serviceAccountName: "default" },
      { serviceAccountName: "default", automountServiceAccountToken: true },
    ]) {
      assert.deepEqual(answers(create(pod(spec))), [message]);
    }
    const without = { serviceAccountName: "default", automountServiceAccountToken: false };
    assert.deepEqual(answers(create(pod(without))), []);
    assert.deepEqual(
      answers(create({ ...pod(), spec: { containers: [container] } })),
      [message],
      "no account is the default one",
    );
  });

  it("leave alone what is Kubernetes' and the cloud's", () => {
    for (const namespace of ["kube-system", "gke-managed-system"]) {
      const object = pod({ hostNetwork: true, containers: [{ name: "a", image: "a" }] }, { namespace });
      assert.deepEqual(answers(create(object)), []);
    }
  });

  it("let go of a pod from before a rule, and change no other part of it", () => {
    const old = withImage("nginx:1.27");
    const done = { ...old, metadata: { ...old.metadata, finalizers: [] } };
    assert.deepEqual(answers({ resource: "pods", object: done, oldObject: old }), []);
    const other = { ...old, spec: { ...old.spec, containers: [{ name: "api", image: "nginx:1.28" }] } };
    assert.deepEqual(answers({ resource: "pods", object: other, oldObject: old }), [elsewhere]);
  });

  const service = (namespace: string, spec: PodPart): AdmissionRequest =>
    create({ kind: "Service", metadata: { name: "api", namespace }, spec }, "services");
  for (const type of ["LoadBalancer", "NodePort"]) {
    it(`have Services of type ${type} where the way in is, and nowhere else`, () => {
      assert.deepEqual(answers(service("nginx-gateway", { type })), []);
      assert.deepEqual(answers(service("shop", { type })), [
        "Services are reached from outside where the way in is, and nowhere else",
      ]);
    });
  }

  it("take Services inside the cluster, without addresses that are others'", () => {
    assert.deepEqual(answers(service("shop", { type: "ClusterIP", externalIPs: [] })), []);
    assert.deepEqual(answers(service("shop", {})), []);
    assert.deepEqual(answers(service("nginx-gateway", { externalIPs: ["8.8.8.8"] })), [
      "Services have no externalIPs",
    ]);
  });

  const namespace = (name: string, level: string | undefined, more: PodPart = {}): AdmissionRequest => {
    const enforced = level === undefined ? {} : { "pod-security.kubernetes.io/enforce": level };
    return create({ kind: "Namespace", metadata: { name, labels: enforced, ...more } }, "namespaces");
  };

  it("make no namespace in which pods are not held to the restricted standard", () => {
    const message = "namespaces enforce Pod Security's restricted standard";
    assert.deepEqual(answers(namespace("shop", "restricted")), []);
    assert.deepEqual(answers(namespace("shop", "baseline")), [message]);
    assert.deepEqual(answers(namespace("shop", undefined)), [message]);
    assert.deepEqual(answers(create({ kind: "Namespace", metadata: { name: "shop" } }, "namespaces")), [
      message,
    ]);
    assert.deepEqual(answers(namespace("node-exporter", "privileged")), []);
    assert.deepEqual(answers(namespace("kube-system", undefined)), []);
    assert.deepEqual(answers(namespace("default", undefined)), []);
    assert.deepEqual(
      answers(namespace("shop", undefined, { deletionTimestamp: "2026-01-01T00:00:00Z" })),
      [],
    );
  });
});
