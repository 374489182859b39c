import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { dockerConfig, registrySecret } from "../../../components/workload/registrySecret";
import { find, isSecretInput, run } from "../../support/run";

describe("registrySecret", () => {
  it("makes a Secret that the kubelet reads, and keeps the password out of plain sight", async () => {
    const { resources } = await run(() => {
      const provider = new k8s.Provider("main", { kubeconfig: pulumi.secret("{}") });
      const password = pulumi.secret("token");
      const args = { namespace: "shop", registry: "ghcr.io/acme", username: "robot", password };
      return registrySecret("shop-registry", args, { provider });
    });
    const secret = find(resources, "kubernetes:core/v1:Secret");
    assert.equal(secret.inputs["type"], "kubernetes.io/dockerconfigjson");
    assert.deepEqual(secret.inputs["metadata"], { name: "image-registry", namespace: "shop" });
    assert.ok(isSecretInput(secret, "stringData"));
  });

  for (const [registry, key] of [
    ["ghcr.io/acme/images", "ghcr.io"],
    ["registry.example.com:5000", "registry.example.com:5000"],
    ["docker.io/acme", "https://index.docker.io/v1/"],
  ] as const) {
    it(`signs in to ${registry} by its host`, () => {
      assert.deepEqual(JSON.parse(dockerConfig(registry, "robot", "token")), {
        auths: { [key]: { username: "robot", password: "token", auth: "cm9ib3Q6dG9rZW4=" } },
      });
    });
  }
});
