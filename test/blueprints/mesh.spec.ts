import * as assert from "node:assert/strict";
import { blueprintNames } from "../../blueprints/names";
import { clouds } from "../../components/cloud";
import type { PlanResource } from "../../preview/plan";
import { objectsOf } from "../components/mesh/scene";
import { countOf, production } from "./production";

const meshed = new Set<string>(["explico", "suuupra"]);
const release = "kubernetes:helm.sh/v3:Release";

/** Charts of Istio's that a plan installs. */
const chartsOf = (resources: readonly PlanResource[]) =>
  resources.flatMap(({ type, inputs }) => {
    const { chart } = inputs;
    const ours = type === release && typeof chart === "string" && chart.startsWith("oci://ghcr.io/istio/");
    return ours ? [chart.split("/").at(-1)] : [];
  });

describe("the mesh of a blueprint", () => {
  for (const cloud of clouds) {
    for (const blueprint of blueprintNames) {
      it(`is ${meshed.has(blueprint) ? "" : "not "}there in ${blueprint} on ${cloud}`, async () => {
        const resources = await production(blueprint, cloud);
        const installed = chartsOf(resources).sort();
        const gateways = blueprint === "suuupra" ? ["gateway", "gateway"] : ["gateway"];
        assert.deepEqual(installed, meshed.has(blueprint) ? ["base", "cni", ...gateways, "istiod"] : []);
        assert.equal(
          countOf(resources, "kubernetes:security.istio.io/v1beta1:PeerAuthentication"),
          installed.length > 0 ? 1 : 0,
        );
      });
    }

    it(`puts the plugin where ${cloud}'s nodes look for it`, async () => {
      const resources = await production("explico", cloud);
      const cni = resources.find(({ type, name }) => type === release && name.endsWith("-mesh-control-cni"));
      const folder = (cni?.inputs["values"] as { cniBinDir?: string } | undefined)?.cniBinDir;
      assert.equal(folder, { aws: "/opt/cni/bin", gcp: "/home/kubernetes/bin" }[cloud]);
    });

    it(`lets pods of suuupra on ${cloud} to the cloud's own APIs by their names, and past sidecars to Atlas`, async () => {
      const resources = await production("suuupra", cloud);
      const { "suuupra/public-stores": apis } = objectsOf(resources, "ServiceEntry");
      assert.deepEqual(
        apis?.["hosts"],
        {
          aws: ["s3.us-east-1.amazonaws.com", "*.s3.us-east-1.amazonaws.com", "sqs.us-east-1.amazonaws.com"],
          gcp: ["*.googleapis.com"],
        }[cloud],
      );
      const content = resources.find(
        ({ type, name }) =>
          type === "kubernetes:apps/v1:Deployment" && name === "suuupra-prod-system-content",
      );
      const { annotations } = (
        content?.inputs["spec"] as { template: { metadata: { annotations: Record<string, string> } } }
      ).template.metadata;
      // Atlas answers on a range of ports; and the node's own address again, as this takes the place of what holds for all
      const past = annotations["traffic.sidecar.istio.io/excludeOutboundIPRanges"]?.split(",") ?? [];
      assert.ok(past.includes({ aws: "169.254.170.23/32", gcp: "169.254.169.254/32" }[cloud]));
      assert.ok(
        past.some((cidr) => cidr.startsWith("10.")),
        past.join(),
      );
    });
  }
});
