import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Registry } from "../delivery/registry";
import { type AlertRule, alertRules } from "../platform/alertRules";
import { lately, latelyMinutes } from "./alerts";
import { namespaces, prometheusPods } from "../platform/names";
import { SecureNamespace } from "../platform/namespace";
import { allowTraffic, egressTo, egressToApiServer, ingressFromAnyone, tcp } from "../platform/networkPolicy";
import { afterAll, installChart } from "../platform/release";
import type { ServicePlace } from "../platform/service";
import { imageSignatures, type ImageSignaturesArgs } from "./imageSignatures";
import { admissionPods, hookPods, kyvernoAccount, kyvernoPorts, kyvernoValues } from "./kyvernoValues";

/** Arguments of {@link Kyverno}. */
export interface KyvernoArgs
  extends
    Pick<ServicePlace, "highlyAvailable" | "nodeSelector" | "identify" | "identityEndpoints">,
    Omit<ImageSignaturesArgs, "registry"> {
  /** Where the images and their signatures are. */
  readonly registry: Registry;
  /** How it signs in there by its identity, as Kyverno calls it. */
  readonly registryHelper: "amazon" | "google";
}

/**
 * Lets pods of the system run those of the stack's images alone that its CI has signed, and has them go by their digests. The
 * API server asks its webhook about pods of that one namespace, and about nothing elsewhere. Needs the monitoring stack's kinds.
 */
export class Kyverno extends pulumi.ComponentResource {
  public readonly release: k8s.helm.v3.Release;
  /** What stands before the pods that it is asked about. */
  public readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: KyvernoArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:guardrails:Kyverno", name, {}, opts);
    const { registry, systemNamespace, repository, branch, enforced } = args;
    const child: pulumi.CustomResourceOptions = { parent: this };

    const namespace = new SecureNamespace(
      name,
      {
        namespace: namespaces.kyverno,
        // three, one more while they are replaced, and what takes the webhooks away
        quota: { requests: { cpu: "500m", memory: "2Gi" }, limits: { cpu: "6", memory: "3Gi" }, pods: 8 },
      },
      child,
    );
    const identity = args.identify(
      `${name}-identity`,
      { namespace: namespaces.kyverno, serviceAccount: kyvernoAccount },
      child,
    );
    // a child of the identity's: what waits for the one waits for the other
    registry.grantPull(`${name}-identity-registry`, identity, { parent: identity });
    const policies = trafficPolicies(name, namespace.namespaceName, args, child);
    this.release = installChart(
      name,
      {
        chart: "kyverno",
        namespace: namespace.namespaceName,
        values: kyvernoValues({ ...args, annotations: identity.serviceAccountAnnotations }),
      },
      // its pods get their credentials as they start
      afterAll(child, opts, [...policies, identity]),
    );
    const installed = { ...child, dependsOn: this.release };
    const policy = imageSignatures(
      `${name}-policy`,
      { registry: registry.address, systemNamespace, repository, branch, enforced },
      installed,
    );
    alertRules(
      `${name}-alerts`,
      { namespace: namespace.namespaceName, rules: "kyverno", alerts: alertsOf(enforced) },
      installed,
    );
    this.ready = [policy];
    this.registerOutputs({});
  }
}

function trafficPolicies(
  name: string,
  namespace: pulumi.Input<string>,
  { identityEndpoints }: KyvernoArgs,
  opts: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  return [
    allowTraffic(
      `${name}-admission`,
      {
        namespace,
        policy: "admission-controller",
        podLabels: admissionPods,
        ingress: [
          ingressFromAnyone(kyvernoPorts.webhook),
          { from: [prometheusPods], ports: tcp(kyvernoPorts.metrics) },
        ],
        // the registry and Sigstore's public log, too, answer on 443
        egress: [egressToApiServer, ...identityEndpoints.map(egressTo)],
      },
      opts,
    ),
    allowTraffic(
      `${name}-hooks`,
      { namespace, policy: "hooks", podLabels: hookPods, egress: [egressToApiServer] },
      opts,
    ),
  ];
}

/** By the series' names in its source (kyverno 1.19.0, pkg/metrics/ivpol.go) and the API server's own of its webhooks. */
function alertsOf(enforced: boolean): Readonly<Record<string, AlertRule>> {
  return {
    "guardrails-unsigned": {
      severity: "warning",
      description: "Kyverno: a pod of the system names an image that the stack's CI has not signed.",
      expr: `sum by (resource_namespace) (${lately('kyverno_image_validating_policy_results_total{result=~"fail|error"}')}) > 0`,
      minutes: latelyMinutes,
    },
    "guardrails-webhook": {
      severity: enforced ? "critical" : "warning",
      description: "Kyverno answers the API server no more. No pod of the system can start.",
      expr: `absent(up{namespace="${namespaces.kyverno}",service="kyverno-svc-metrics"} == 1)`,
    },
  };
}
