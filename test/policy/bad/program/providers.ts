import * as aws from "@pulumi/aws";
import * as gcp from "@pulumi/gcp";
import * as k8s from "@pulumi/kubernetes";

/** The key is the one of AWS' own documentation, which opens nothing. */
export function awsProvider(): aws.Provider {
  return new aws.Provider("amazon", {
    region: "eu-west-1",
    accessKey: "AKIAIOSFODNN7EXAMPLE",
    secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    skipCredentialsValidation: true,
  });
}

export function gcpProvider(): gcp.Provider {
  return new gcp.Provider("google", { project: "bad-stack", region: "europe-west1" });
}

export function kubernetesProvider(): k8s.Provider {
  return new k8s.Provider("cluster", { context: "prod" });
}
