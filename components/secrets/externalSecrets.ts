import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type AlertRule, alertRules } from "../platform/alertRules";
import { namespaces, prometheusPods } from "../platform/names";
import { SecureNamespace } from "../platform/namespace";
import { allowTraffic, egressTo, egressToApiServer, ingressFromAnyone, tcp } from "../platform/networkPolicy";
import { afterAll, installChart } from "../platform/release";
import type { ServicePlace } from "../platform/service";
import { deliveredKey } from "./deliveredSecret";
import { externalSecretObject, type StoreProvider } from "./externalSecretKinds";
import { controllerPods, externalSecretsValues, operatorAccount, webhookPods } from "./externalSecretsValues";
import type { Secret } from "./secret";

/** How External Secrets reaches a cloud's secret store, by the identity of its own pods. */
export interface SecretStoreAccess {
  readonly provider: StoreProvider;
  /** What it asks the store for. */
  readonly remoteKey: (secret: Secret) => pulumi.Output<string>;
}

/** Arguments of {@link ExternalSecrets}. */
export interface ExternalSecretsArgs extends Pick<
  ServicePlace,
  "highlyAvailable" | "nodeSelector" | "identify" | "identityEndpoints"
> {
  readonly access: SecretStoreAccess;
  /** The one namespace whose Secrets it makes, and may read. */
  readonly namespace: pulumi.Input<string>;
  /** What it delivers there, by the names that the services use; it may read nothing else of the secret store. */
  readonly secrets: Readonly<Record<string, Secret>>;
}

/** Name of the system's secret store in its namespace. */
const storeName = "cloud";

/** How long a pod may be told a value that another has taken the place of: a quarter of what readers of the API take. */
const refreshInterval = "15m0s";

const ports = { metrics: 8080, webhook: 10250 } as const;

/**
 * Keeps Secrets of the system's namespace as the cloud's secret store has them, for services that read their environment and
 * no API. Needs the monitoring stack's kinds and the internal authority.
 *
 * Its identity is let into the secrets that it delivers and into no other, and it looks at nothing outside that namespace: a
 * store of secrets that somebody makes elsewhere is never answered.
 */
export class ExternalSecrets extends pulumi.ComponentResource {
  public readonly release: k8s.helm.v3.Release;

  constructor(name: string, args: ExternalSecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:secrets:ExternalSecrets", name, {}, opts);
    const { access, secrets, identify } = args;
    const child: pulumi.CustomResourceOptions = { parent: this };

    const namespace = new SecureNamespace(
      name,
      {
        namespace: namespaces.externalSecrets,
        quota: { requests: { cpu: "500m", memory: "2Gi" }, limits: { cpu: "2", memory: "2Gi" }, pods: 10 },
      },
      child,
    );
    const identity = identify(
      `${name}-identity`,
      { namespace: namespaces.externalSecrets, serviceAccount: operatorAccount },
      { ...child, dependsOn: opts?.dependsOn ?? [] },
    );
    for (const [key, secret] of Object.entries(secrets)) {
      secret.grant(`${name}-identity-${key}`, identity, "read", { parent: identity });
    }
    const policies = trafficPolicies(name, namespace.namespaceName, args, child);
    this.release = installChart(
      name,
      {
        chart: "externalSecrets",
        namespace: namespace.namespaceName,
        values: externalSecretsValues({
          ...args,
          watchedNamespace: args.namespace,
          annotations: identity.serviceAccountAnnotations,
        }),
      },
      afterAll(child, opts, [...policies, identity]),
    );
    const installed = { ...child, dependsOn: this.release };
    const store = externalSecretObject(
      `${name}-store`,
      {
        kind: "SecretStore",
        metadata: { name: storeName, namespace: args.namespace },
        spec: { provider: access.provider },
      },
      installed,
    );
    for (const [key, secret] of Object.entries(secrets)) {
      externalSecretObject(
        `${name}-secret-${key}`,
        {
          kind: "ExternalSecret",
          metadata: { name: key, namespace: args.namespace },
          spec: {
            secretStoreRef: { kind: "SecretStore", name: storeName },
            refreshPolicy: "Periodic",
            refreshInterval,
            // what was read last stays when the secret store can't be asked
            target: { name: key, creationPolicy: "Owner", deletionPolicy: "Retain" },
            data: [{ secretKey: deliveredKey, remoteRef: { key: access.remoteKey(secret) } }],
          },
        },
        { ...child, dependsOn: store },
      );
    }
    alertRules(
      `${name}-alerts`,
      { namespace: namespace.namespaceName, rules: "external-secrets", alerts },
      installed,
    );
    this.registerOutputs({});
  }
}

function trafficPolicies(
  name: string,
  namespace: pulumi.Input<string>,
  { identityEndpoints }: ExternalSecretsArgs,
  opts: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  const fromPrometheus = { from: [prometheusPods], ports: tcp(ports.metrics) };
  return [
    allowTraffic(
      `${name}-controller`,
      {
        namespace,
        policy: "controller",
        podLabels: controllerPods,
        ingress: [fromPrometheus],
        // the secret store, too, answers on 443
        egress: [egressToApiServer, ...identityEndpoints.map(egressTo)],
      },
      opts,
    ),
    allowTraffic(
      `${name}-webhook`,
      {
        namespace,
        policy: "webhook",
        podLabels: webhookPods,
        ingress: [fromPrometheus, ingressFromAnyone(ports.webhook)],
        egress: [egressToApiServer],
      },
      opts,
    ),
  ];
}

/**
 * By the series' names in its source (external-secrets 2.9.0, pkg/controllers). Prometheus keeps the namespace of a secret as
 * `exported_namespace`, beside that of the pod that told it.
 */
const alerts: Readonly<Record<string, AlertRule>> = {
  "secrets-sync": {
    severity: "warning",
    description:
      "External Secrets: a secret could not be read from the cloud. Pods keep the value they have; new ones may not start.",
    expr: `max by (exported_namespace, name) (externalsecret_status_condition{condition="Ready",status="False"}) == 1`,
  },
  "secrets-store": {
    severity: "warning",
    description: "External Secrets: the cloud's secret store can't be reached, or refuses its identity.",
    expr: `max by (exported_namespace, name) (secretstore_status_condition{condition="Ready",status="False"}) == 1`,
  },
  "secrets-operator": {
    severity: "warning",
    description: "External Secrets: nobody keeps Secrets up to date. New values reach nobody.",
    expr: `absent(up{namespace="${namespaces.externalSecrets}",service="external-secrets-metrics"} == 1)`,
  },
};
