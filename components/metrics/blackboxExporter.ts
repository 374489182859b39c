import { Probe } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/Probe";
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { ruleGroups } from "../platform/alertRules";
import { customResource } from "../platform/customResource";
import { frontPods, namespaces, prometheusPods } from "../platform/names";
import { SecureNamespace } from "../platform/namespace";
import { allowTraffic, egressTo, internet, tcp } from "../platform/networkPolicy";
import { afterAll, installChart } from "../platform/release";
import type { ServicePlace } from "../platform/service";
import type { WayInKind } from "../traffic/wayIn";
import { routeExpectations } from "../workload/spec";
import { blackboxPods, blackboxPort, blackboxValues, moduleOf } from "./blackboxValues";
import { routeAlerts, routeCheckAlerts, routeCheckSeconds, routeJob } from "./routeAlerts";
import { type RouteCheck, urlOf } from "./routeChecks";

/** Arguments of {@link BlackboxExporter}. */
export interface BlackboxExporterArgs extends Pick<ServicePlace, "highlyAvailable" | "nodeSelector"> {
  /** The public routes. */
  readonly checks: readonly RouteCheck[];
  /** Who is to act where one is not served. */
  readonly team: string;
  /** How requests get in. */
  readonly wayIn: WayInKind;
}

/**
 * Asks for each public route as a client does, by its public name and over TLS, and says when one is not served or its
 * certificate is about to run out. It asks from inside: on AWS by way of the NAT gateway and the load balancer or the edge
 * before it; on GCP the cluster takes a request for its own load balancer's address straight to the pods behind it. Needs
 * the monitoring stack's kinds.
 */
export class BlackboxExporter extends pulumi.ComponentResource {
  public readonly release: k8s.helm.v3.Release;

  constructor(name: string, args: BlackboxExporterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:metrics:BlackboxExporter", name, {}, opts);
    const { checks, wayIn, team } = args;
    const child: pulumi.CustomResourceOptions = { parent: this };

    const made = new SecureNamespace(
      name,
      {
        namespace: namespaces.blackboxExporter,
        // two, and one more while they are replaced
        quota: { requests: { cpu: "200m", memory: "512Mi" }, limits: { cpu: "1", memory: "512Mi" }, pods: 5 },
      },
      child,
    );
    const namespace = made.namespaceName;
    const policy = allowTraffic(
      `${name}-exporter`,
      {
        namespace,
        policy: "exporter",
        podLabels: blackboxPods,
        ingress: [{ from: [prometheusPods], ports: tcp(blackboxPort) }],
        egress: [egressTo(internet(443)), { to: [frontPods[wayIn]], ports: tcp(443) }],
      },
      child,
    );
    this.release = installChart(
      name,
      { chart: "blackboxExporter", namespace, values: blackboxValues(args) },
      afterAll(child, opts, [policy]),
    );
    const after = { ...child, dependsOn: this.release };
    for (const expect of routeExpectations) {
      const urls = checks.filter((check) => check.expect === expect).map(urlOf);
      if (urls.length === 0) continue;
      const model = new Probe({
        metadata: { name: `routes-${expect}` },
        spec: {
          jobName: routeJob,
          interval: `${routeCheckSeconds}s`,
          scrapeTimeout: "10s",
          module: moduleOf[expect],
          prober: { url: `prometheus-blackbox-exporter.${namespaces.blackboxExporter}.svc:${blackboxPort}` },
          targets: { staticConfig: { static: urls } },
        },
      });
      customResource(`${name}-routes-${expect}`, { model, namespace }, after);
    }
    const groups = [
      { rules: "routes", alerts: routeAlerts, team },
      { rules: "routes-checks", alerts: routeCheckAlerts },
    ];
    ruleGroups(`${name}-alerts`, { namespace, object: "routes", groups }, after);
    this.registerOutputs({});
  }
}
