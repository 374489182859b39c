import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** Which Secret has an authority's certificate, and what makes it. */
export interface PublishedAuthority {
  readonly namespace: pulumi.Input<string>;
  readonly secret: string;
  /** The object by which the Secret comes to be, made once that is there. */
  readonly owner: pulumi.CustomResource;
}

/**
 * The certificate of an authority, PEM, which is what everybody may know, from the Secret that an operator makes: read once
 * its owner stands. A preview reads whatever it knows the id of, and fails where that is not there yet.
 */
export function publishedAuthority(
  name: string,
  { namespace, secret, owner }: PublishedAuthority,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const { data } = k8s.core.v1.Secret.get(
    name,
    pulumi.all([namespace, owner.id]).apply(([place]) => `${place}/${secret}`),
    { ...opts, dependsOn: [owner] },
  );
  return pulumi.unsecret(
    data.apply(({ "ca.crt": pem }) => Buffer.from(pem ?? "", "base64").toString("utf8")),
  );
}
