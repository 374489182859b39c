import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../cluster/cluster";

/** Arguments of a {@link WorkloadIdentity}. */
export interface WorkloadIdentityArgs {
  readonly cluster: Cluster;
  /** Namespace of the Kubernetes service account. */
  readonly namespace: string;
  /** Name of the Kubernetes service account. */
  readonly serviceAccount: string;
}

/** The cloud's identity of one Kubernetes service account: no key, no password, bound to that account alone. */
export interface WorkloadIdentity extends pulumi.ComponentResource {
  /** Namespace of the service account. */
  readonly namespace: string;
  /** Name of the service account; its pods are found by it (`podsAs` of components/workload/labels.ts). */
  readonly serviceAccount: string;
  /** Whom grants name: the IAM role's name on AWS, `serviceAccount:…` on GCP. */
  readonly principal: pulumi.Output<string>;
  /** What the cloud's own interfaces know it by: the role's ARN on AWS, the service account's e-mail address on GCP. */
  readonly identifier: pulumi.Output<string>;
  /** What the Kubernetes service account must carry; empty on AWS, where Pod Identity binds from outside. */
  readonly serviceAccountAnnotations: pulumi.Output<Record<string, string>>;
}

/** What a workload may do with a store. */
export type Access = "read" | "readWrite";

/** Whose signature a store's certificate carries, where it is an authority that the world does not know. */
export interface CaBundle {
  /** Environment variable in which the store's clients look for the file, such as `PGSSLROOTCERT`. */
  readonly variable: string;
  /** Certificates, PEM, one after the other. */
  readonly pem: pulumi.Output<string>;
}

/** A token of a service account for one store alone, which knows it by Kubernetes. */
export interface ServiceToken {
  /** Environment variable that names its file. */
  readonly variable: string;
  /** Whom it is for, and who else refuses it. */
  readonly audience: string;
}

/** A value that stands in a Kubernetes Secret of the workload's namespace, and nowhere else that the workload's objects show. */
export interface SecretReference {
  /** Name of the Secret, in the workload's own namespace. */
  readonly secretName: pulumi.Input<string>;
  readonly key: string;
}

/** What a workload is told when it is let in, by environment variable: facts, and references to what is secret. */
export type Admission = Readonly<Record<string, pulumi.Output<string> | SecretReference>>;

/** A store that lets workloads in by their identity. */
export interface Grantable {
  /**
   * Let the identity in, and no one else by it. The grant's resources are children of `opts.parent`, named from `name`.
   *
   * @returns what this workload alone needs to know, such as the user it signs in as (`PGUSER`, `REDIS_USERNAME`); a password,
   * where a store that runs in the cluster knows no identity of the cloud, by reference
   */
  grant(name: string, to: WorkloadIdentity, access: Access, opts: pulumi.ComponentResourceOptions): Admission;
  /** Facts a workload needs to reach the store (host, port, database, bucket), never a credential. */
  readonly connection: Readonly<Record<string, pulumi.Output<string>>>;
  /**
   * What its workloads verify its certificate with; mounted as a file.
   *
   * @default - a public authority signed it, which every image knows
   */
  readonly caBundle?: CaBundle;
  /**
   * The token by which the store knows its workloads; Kubernetes renews it in the pod.
   *
   * @default - it knows them by the cloud
   */
  readonly serviceToken?: ServiceToken;
}
