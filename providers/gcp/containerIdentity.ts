import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import type { WorkloadIdentity } from "../../components/identity/workloadIdentity";
import { accountId, type GcpPlacement } from "./project";

/** Arguments of a {@link GcpContainerIdentity}. */
export interface GcpContainerIdentityArgs extends Pick<GcpPlacement, "project"> {
  /** Name of the system. */
  readonly system: string;
  /** Name of the service. */
  readonly service: string;
}

/** {@link WorkloadIdentity} of a service on Cloud Run: a service account that its instances run as, and nobody else. */
export class GcpContainerIdentity extends pulumi.ComponentResource implements WorkloadIdentity {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly principal: pulumi.Output<string>;
  readonly identifier: pulumi.Output<string>;
  readonly serviceAccountAnnotations: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: GcpContainerIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:ContainerIdentity", name, {}, opts);
    const { system, service, project } = args;
    const account = new gcp.serviceaccount.Account(
      name,
      { accountId: accountId(name), displayName: `${system}/${service}` },
      { parent: this, dependsOn: [project.api("iam"), project.api("iamcredentials")] },
    );

    this.namespace = system;
    this.serviceAccount = service;
    this.principal = account.member;
    this.identifier = account.email;
    this.serviceAccountAnnotations = pulumi.output<Record<string, string>>({});
    this.registerOutputs({ principal: this.principal });
  }
}
