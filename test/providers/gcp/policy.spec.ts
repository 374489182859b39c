import assert from "node:assert/strict";
import { judge } from "../../../preview/policy";
import { bucketArgs, clusterArgs, networkArgs, onGcp, postgresArgs, redisArgs } from "./stack";

describe("the policy pack over GCP", () => {
  it("finds nothing at prod's levels in what the classes make by default but whose groups a stack alone can say", async () => {
    const { resources } = await onGcp((cloud) => {
      const network = cloud.network("main-network", { ...networkArgs, podCidr: "10.64.0.0/14" }, {});
      const cluster = cloud.cluster("main-cluster", { ...clusterArgs, network }, {});
      const args = { cluster, namespace: "seo", serviceAccount: "api" };
      const identity = cloud.workloadIdentity("main-api", args, {});
      const opts = { parent: identity };
      cloud
        .postgres("main-postgres", { ...postgresArgs, network }, {})
        .grant("main-api-postgres", identity, "readWrite", opts);
      cloud
        .redis("main-redis", { ...redisArgs, network }, {})
        .grant("main-api-redis", identity, "readWrite", opts);
      cloud.bucket("main-bucket", bucketArgs, {}).grant("main-api-bucket", identity, "read", opts);
    });
    const { evaluated, violations } = judge(resources, { environment: "prod" });
    assert.ok(evaluated > 100);
    assert.deepEqual(
      violations.map(({ level, policy, message }) => `${level} ${policy}: ${message}`),
      ["advisory gcp-gke-rbac-groups: authenticatorGroupsConfig.securityGroup is not set"],
    );
  });
});
