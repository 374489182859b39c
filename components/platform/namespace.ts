import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { gpuResource } from "../cluster/nodePools";
import { allowTraffic, egressToDns, managedNamespace } from "./networkPolicy";

/** CPU and memory as Kubernetes quantities. */
export interface ComputeQuantity {
  readonly cpu: string;
  readonly memory: string;
}

/** What a namespace may use in all. */
export interface NamespaceQuota {
  readonly requests: ComputeQuantity;
  readonly limits: ComputeQuantity;
  /** @default 200 */
  readonly pods?: number;
  /**
   * Disk of all volumes, GiB.
   *
   * @default 0
   */
  readonly storageGiB?: number;
  /**
   * Services of type LoadBalancer, each reachable from outside and each paid for.
   *
   * @default 0
   */
  readonly loadBalancers?: number;
  /**
   * GPUs of all its pods.
   *
   * @default 0
   */
  readonly gpus?: number;
}

/** A Pod Security level; anything but `restricted` needs the reason, which stays readable on the namespace. */
export type PodSecurity =
  { readonly level: "restricted" } | { readonly level: "baseline" | "privileged"; readonly reason: string };

/** Arguments of a {@link SecureNamespace}. */
export interface SecureNamespaceArgs {
  /** Name in the cluster. */
  readonly namespace: string;
  readonly quota: NamespaceQuota;
  /** @default { level: "restricted" } */
  readonly podSecurity?: PodSecurity;
  /**
   * What a container gets that asks for nothing.
   *
   * @default requests 50m and 64Mi, limits 200m and 256Mi
   */
  readonly containerDefaults?: { readonly requests: ComputeQuantity; readonly limits: ComputeQuantity };
  /** @default {} */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * A namespace that starts closed: Pod Security `restricted`, all traffic denied but DNS, a quota, and bounds for
 * containers that state none. What stands in it opens what it needs by policies of its own.
 */
export class SecureNamespace extends pulumi.ComponentResource {
  /** Name in the cluster; whoever uses it waits for the namespace. */
  public readonly namespaceName: pulumi.Output<string>;

  constructor(name: string, args: SecureNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:platform:SecureNamespace", name, {}, opts);
    const { namespace, quota, podSecurity = { level: "restricted" }, labels = {} } = args;
    const {
      containerDefaults = {
        requests: { cpu: "50m", memory: "64Mi" },
        limits: { cpu: "200m", memory: "256Mi" },
      },
    } = args;
    const child: pulumi.CustomResourceOptions = { parent: this };

    const resource = new k8s.core.v1.Namespace(
      name,
      {
        metadata: {
          name: namespace,
          labels: { ...labels, ...managedNamespace, ...podSecurityLabels(podSecurity) },
          annotations: podSecurityAnnotations(podSecurity),
        },
      },
      { ...child, dependsOn: opts?.dependsOn ?? [] },
    );
    this.namespaceName = resource.metadata.name;

    defaultDeny(`${name}-default-deny`, this.namespaceName, child);
    allowTraffic(
      `${name}-allow-dns`,
      { namespace: this.namespaceName, policy: "allow-dns", podLabels: {}, egress: [egressToDns] },
      child,
    );
    resourceQuota(`${name}-quota`, this.namespaceName, quota, child);
    limitRange(`${name}-limits`, this.namespaceName, containerDefaults, child);

    this.registerOutputs({ namespaceName: this.namespaceName });
  }
}

function podSecurityLabels({ level }: PodSecurity): Record<string, string> {
  return {
    "pod-security.kubernetes.io/enforce": level,
    "pod-security.kubernetes.io/enforce-version": "latest",
    // Audit and warning stay at `restricted`, so that an exception keeps showing what it lets through.
    "pod-security.kubernetes.io/audit": "restricted",
    "pod-security.kubernetes.io/audit-version": "latest",
    "pod-security.kubernetes.io/warn": "restricted",
    "pod-security.kubernetes.io/warn-version": "latest",
  };
}

function podSecurityAnnotations(podSecurity: PodSecurity): Record<string, string> {
  return podSecurity.level === "restricted"
    ? {}
    : { "groundwork.dev/pod-security-reason": podSecurity.reason };
}

function defaultDeny(
  name: string,
  namespace: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): k8s.networking.v1.NetworkPolicy {
  return new k8s.networking.v1.NetworkPolicy(
    name,
    {
      metadata: { name: "default-deny", namespace },
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    },
    opts,
  );
}

function resourceQuota(
  name: string,
  namespace: pulumi.Input<string>,
  { requests, limits, pods = 200, storageGiB = 0, loadBalancers = 0, gpus = 0 }: NamespaceQuota,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.ResourceQuota {
  return new k8s.core.v1.ResourceQuota(
    name,
    {
      metadata: { name: "quota", namespace },
      spec: {
        hard: {
          "requests.cpu": requests.cpu,
          "requests.memory": requests.memory,
          "limits.cpu": limits.cpu,
          "limits.memory": limits.memory,
          "requests.storage": `${storageGiB}Gi`,
          pods: `${pods}`,
          [`requests.${gpuResource}`]: `${gpus}`,
          "services.loadbalancers": `${loadBalancers}`,
          // A LoadBalancer Service takes a node port for each of its ports (http, https) where the cloud routes by node.
          "services.nodeports": `${2 * loadBalancers}`,
        },
      },
    },
    opts,
  );
}

function limitRange(
  name: string,
  namespace: pulumi.Input<string>,
  { requests, limits }: { readonly requests: ComputeQuantity; readonly limits: ComputeQuantity },
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.LimitRange {
  return new k8s.core.v1.LimitRange(
    name,
    {
      metadata: { name: "container-defaults", namespace },
      spec: { limits: [{ type: "Container", defaultRequest: { ...requests }, default: { ...limits } }] },
    },
    opts,
  );
}
