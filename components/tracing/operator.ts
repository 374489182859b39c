import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { namespaces, prometheusPods } from "../platform/names";
import { SecureNamespace } from "../platform/namespace";
import { allowTraffic, egressToApiServer, ingressFromAnyone, tcp } from "../platform/networkPolicy";
import { podMonitor } from "../platform/podMonitor";
import { afterAll, installChart } from "../platform/release";
import { operatorPods, operatorPorts, type OperatorValuesArgs, operatorValues } from "./operatorValues";

/**
 * The OpenTelemetry operator: makes collectors of their resources, and adds to pods that ask for it what instruments them. It
 * sees the namespaces of traces and of the system. Pods start without while it is away. Needs cert-manager and the monitoring
 * stack's kinds.
 */
export class OpenTelemetryOperator extends pulumi.ComponentResource {
  /** What resources of its kinds wait for. */
  public readonly release: k8s.helm.v3.Release;

  constructor(name: string, args: OperatorValuesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:tracing:OpenTelemetryOperator", name, {}, opts);
    const child: pulumi.CustomResourceOptions = { parent: this };

    const { namespaceName: namespace } = new SecureNamespace(
      name,
      {
        namespace: namespaces.openTelemetryOperator,
        // two, and one more while they are replaced
        quota: { requests: { cpu: "300m", memory: "1Gi" }, limits: { cpu: "2", memory: "1Gi" }, pods: 4 },
      },
      child,
    );
    const policy = allowTraffic(
      `${name}-manager`,
      {
        namespace,
        policy: "manager",
        podLabels: operatorPods,
        ingress: [
          ingressFromAnyone(operatorPorts.webhook),
          { from: [prometheusPods], ports: tcp(operatorPorts.metrics) },
        ],
        egress: [egressToApiServer],
      },
      child,
    );
    this.release = installChart(
      name,
      { chart: "openTelemetryOperator", namespace, values: operatorValues(args) },
      afterAll(child, opts, [policy]),
    );
    podMonitor(
      `${name}-monitor`,
      { namespace, monitor: "operator", podLabels: operatorPods, port: operatorPorts.metricsName },
      { ...child, dependsOn: this.release },
    );
    this.registerOutputs({});
  }
}
