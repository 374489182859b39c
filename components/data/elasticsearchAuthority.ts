import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/**
 * The authority that signed certificates of Elastic's, PEM, from the Secret that the operator makes for clients: it holds no
 * key. The operator keeps one authority for ten years and certificates of it for one.
 */
export function authorityOf(
  name: string,
  { namespace, secret }: { readonly namespace: string; readonly secret: string },
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const published = k8s.core.v1.Secret.get(name, `${namespace}/${secret}`, opts);
  return pulumi.unsecret(
    published.data.apply(({ "ca.crt": authority }) =>
      Buffer.from(authority ?? "", "base64").toString("utf8"),
    ),
  );
}
