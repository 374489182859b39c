import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Registry } from "../delivery/registry";
import { type AlertRule, alertRules } from "../platform/alertRules";
import { namespaces, prometheusPods } from "../platform/names";
import { SecureNamespace } from "../platform/namespace";
import {
  allowTraffic,
  type Destination,
  egressTo,
  egressToApiServer,
  internet,
  tcp,
} from "../platform/networkPolicy";
import { afterAll, installChart } from "../platform/release";
import type { ServicePlace } from "../platform/service";
import type { TrivySpec } from "./trivySpec";
import { operatorPods, scanPods, trivyAccount, trivyValues } from "./trivyValues";

/** Arguments of {@link TrivyOperator}. */
export interface TrivyOperatorArgs extends Pick<
  ServicePlace,
  "identify" | "identityEndpoints" | "nodeSelector"
> {
  readonly spec: TrivySpec;
  /**
   * The stack's own registry, which it may pull from.
   *
   * @default - none: the services' images are where everybody may pull them
   */
  readonly registry?: Registry;
  /** How names of the namespaces begin in which the cloud runs what is its own. */
  readonly cloudNamespaces: readonly string[];
  /** Where the cloud's own APIs answer: its registry too, by an endpoint in the network. */
  readonly apis: Destination;
}

const metricsPort = 8080;

/**
 * Looks each day into the images that run in the cluster, and reports which of their packages have vulnerabilities that are
 * mended by a newer version, and keys that somebody left in an image. It stops nothing. Needs the monitoring stack's kinds.
 *
 * Images of the stack's registry are pulled by the identity of its jobs, which may do nothing else; those of charts by
 * anybody's. Where the registry is another's and private, there is nobody to pull as, and the services' images are left out.
 */
export class TrivyOperator extends pulumi.ComponentResource {
  public readonly release: k8s.helm.v3.Release;

  constructor(name: string, args: TrivyOperatorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:guardrails:TrivyOperator", name, {}, opts);
    const { identify, identityEndpoints, registry, apis } = args;
    const child: pulumi.CustomResourceOptions = { parent: this };

    const namespace = new SecureNamespace(
      name,
      {
        namespace: namespaces.trivy,
        // three jobs of six containers, and the operator twice as it is replaced
        quota: { requests: { cpu: "3", memory: "8Gi" }, limits: { cpu: "12", memory: "24Gi" }, pods: 10 },
      },
      child,
    );
    const identity = identify(
      `${name}-identity`,
      { namespace: namespaces.trivy, serviceAccount: trivyAccount },
      { ...child, dependsOn: opts?.dependsOn ?? [] },
    );
    registry?.grantPull(`${name}-identity-registry`, identity, { parent: identity });
    const place = { namespace: namespace.namespaceName };
    const policies = [
      allowTraffic(
        `${name}-operator`,
        {
          ...place,
          policy: "operator",
          podLabels: operatorPods,
          ingress: [{ from: [prometheusPods], ports: tcp(metricsPort) }],
          egress: [egressToApiServer],
        },
        child,
      ),
      allowTraffic(
        `${name}-scans`,
        {
          ...place,
          policy: "scans",
          podLabels: scanPods,
          // registries, and the databases in one of them
          egress: [internet(443), apis, ...identityEndpoints].map(egressTo),
        },
        child,
      ),
    ];
    this.release = installChart(
      name,
      {
        chart: "trivyOperator",
        namespace: namespace.namespaceName,
        values: trivyValues({ ...args, annotations: identity.serviceAccountAnnotations }),
      },
      afterAll(child, opts, [...policies, identity]),
    );
    alertRules(
      `${name}-alerts`,
      { namespace: namespace.namespaceName, rules: "trivy", alerts },
      { ...child, dependsOn: this.release },
    );
    this.registerOutputs({});
  }
}

/** By the series' names in its source (aquasecurity/trivy-operator v0.32.0, pkg/metrics/collector.go). */
const alerts: Readonly<Record<string, AlertRule>> = {
  "trivy-critical": {
    severity: "warning",
    description:
      "Trivy: an image that runs has critical vulnerabilities for which there is a newer version of the package.",
    // by the image and not by the pod: each of a service's pods has the same
    expr: `max by (namespace, image_registry, image_repository, image_tag) (trivy_image_vulnerabilities{severity="Critical"}) > 0`,
    // a release of the same day may be on its way
    minutes: 24 * 60,
  },
  "trivy-secret": {
    severity: "critical",
    description: "Trivy: an image that runs holds a key or a password. Whoever pulls the image has it.",
    expr: `max by (namespace, image_registry, image_repository, image_tag) (trivy_image_exposedsecrets{severity=~"Critical|High"}) > 0`,
    minutes: 15,
  },
  "trivy-silent": {
    severity: "warning",
    description:
      "Trivy: there are no reports of images. What runs has not been looked into for a day or more.",
    expr: `absent(trivy_image_vulnerabilities)`,
    minutes: 6 * 60,
  },
};
