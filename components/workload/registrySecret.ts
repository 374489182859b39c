import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** Who pulls images from a private registry. */
export interface RegistryCredentials {
  readonly username: string;
  readonly password: pulumi.Output<string>;
}

/** Arguments of {@link registrySecret}. */
export interface RegistrySecretArgs extends RegistryCredentials {
  readonly namespace: pulumi.Input<string>;
  /** What stands before the images' repositories, such as `ghcr.io/acme`. */
  readonly registry: pulumi.Input<string>;
}

/** The Secret with which the kubelet signs in to the images' registry. */
export function registrySecret(
  name: string,
  { namespace, registry, username, password }: RegistrySecretArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Secret {
  const file = pulumi
    .all([registry, password])
    .apply(([address, secret]) => dockerConfig(address, username, secret));
  return new k8s.core.v1.Secret(
    name,
    {
      metadata: { name: "image-registry", namespace },
      type: "kubernetes.io/dockerconfigjson",
      stringData: { ".dockerconfigjson": pulumi.secret(file) },
    },
    opts,
  );
}

/** Docker's file of credentials, by the registry's host; Docker Hub goes by the address of its first API. */
export function dockerConfig(registry: string, username: string, password: string): string {
  const host = registry.replace(/\/.*$/, "");
  const key = host === "docker.io" ? "https://index.docker.io/v1/" : host;
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  return JSON.stringify({ auths: { [key]: { username, password, auth } } });
}
