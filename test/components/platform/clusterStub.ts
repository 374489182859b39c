import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../../../components/cluster/cluster";

/** A cluster of no cloud: what components on Kubernetes need of one. */
export class ClusterStub extends pulumi.ComponentResource implements Cluster {
  public readonly clusterName = pulumi.output("test");
  public readonly endpoint = pulumi.output("https://api.test.example");
  public readonly kubeconfig = pulumi.secret("{}");
  public readonly provider: k8s.Provider;
  public readonly ready: readonly pulumi.Resource[] = [];
  public readonly storageClassName = "encrypted";
  public readonly managedNodes?: boolean;
  public readonly singlePodNodes?: { readonly label: string; readonly value: string };

  constructor(name: string, nodes: Pick<Cluster, "managedNodes" | "singlePodNodes"> = {}) {
    super("groundwork:test:Cluster", name);
    Object.assign(this, nodes);
    this.provider = new k8s.Provider(name, { kubeconfig: this.kubeconfig }, { parent: this });
    this.registerOutputs({});
  }
}
