import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { instrumentation } from "../workload/telemetry";
import { type ContainerResources, telemetryResource } from "./kinds";

const registry = "ghcr.io/open-telemetry/opentelemetry-operator";

/** Images of what instruments, as the operator of the pinned version has them (opentelemetry-operator v0.158.0, versions.txt). */
export const instrumentationImages = {
  java: `${registry}/autoinstrumentation-java:2.30.0`,
  nodejs: `${registry}/autoinstrumentation-nodejs:0.78.0`,
  python: `${registry}/autoinstrumentation-python:0.64b0`,
} as const;

/** Of the container that copies files before the pod's own start, as whoever that runs as; the largest are 200 MiB. */
const copying: ContainerResources = {
  requests: { cpu: "50m", memory: "128Mi" },
  limits: { cpu: "500m", memory: "256Mi" },
};

/**
 * What pods of the namespace get that ask to be instrumented. Where spans go and what is said of a service its pods are told
 * already, so that they are told it while the operator is away. Not Go: what instruments it needs the node's privileges.
 *
 * @param opts what it waits for: the operator
 */
export function instrumentPods(
  name: string,
  { namespace }: { readonly namespace: pulumi.Input<string> },
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  const { java, nodejs, python } = instrumentationImages;
  return telemetryResource(
    name,
    {
      kind: "Instrumentation",
      object: instrumentation,
      namespace,
      spec: {
        imagePullPolicy: "IfNotPresent",
        java: { image: java, resources: copying },
        nodejs: { image: nodejs, resourceRequirements: copying },
        python: { image: python, resourceRequirements: copying },
      },
    },
    opts,
  );
}
