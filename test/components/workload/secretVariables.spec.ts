import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { Workload } from "../../../components/workload/workload";
import { find, run } from "../../support/run";

/** What a pod's container says of its environment. */
interface Template {
  readonly template: {
    readonly spec: { readonly containers: readonly { readonly env: readonly Variable[] }[] };
  };
}

interface Variable {
  readonly name: string;
  readonly valueFrom?: unknown;
}

describe("Workload with what is secret", () => {
  it("reads it from a Secret, which its own objects only name", async () => {
    const { resources } = await run(
      () =>
        new Workload(
          "shop-api",
          {
            service: "api",
            system: "shop",
            namespace: "shop",
            spec: {
              image: { repository: "ghcr.io/acme/api", tag: "1.2.3" },
              port: 3000,
              replicas: 2,
              resources: { cpu: "500m", memory: "512Mi" },
            },
            connections: {
              MONGODB_HOST: "mongo.internal",
              MONGODB_PASSWORD: { secretName: pulumi.output("shop-mongo"), key: "password" },
            },
          },
          { provider: new k8s.Provider("main", { kubeconfig: "{}" }) },
        ),
    );
    const { template } = find(resources, "kubernetes:apps/v1:Deployment").inputs[
      "spec"
    ] as unknown as Template;
    assert.deepEqual(
      template.spec.containers[0]?.env.filter(({ valueFrom }) => valueFrom !== undefined),
      [
        {
          name: "MONGODB_PASSWORD",
          valueFrom: { secretKeyRef: { name: "shop-mongo", key: "password" } },
        },
      ],
    );
    const config = find(resources, "kubernetes:core/v1:ConfigMap");
    assert.deepEqual(config.inputs["data"], { MONGODB_HOST: "mongo.internal" });
  });
});
