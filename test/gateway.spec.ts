import assert from "node:assert/strict";
import { clouds } from "../components/cloud";
import type { PlanResource } from "../preview/plan";
import { find, findAll } from "./support/run";
import { waitsFor } from "./support/waitsFor";
import { planOf } from "./support/plans";

async function resourcesOf(...set: readonly string[]): Promise<readonly PlanResource[]> {
  return await planOf("prod", "ingress=gateway", ...set);
}

const name = "seo-platform-prod-services-gateway";
const service = "kubernetes:core/v1:Service";
const release = "kubernetes:helm.sh/v3:Release";
const route = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute";
const json = (resource: PlanResource): string => JSON.stringify(resource.inputs);

describe("the Gateway as the way in", () => {
  for (const cloud of clouds) {
    describe(`on ${cloud}, through an edge`, () => {
      let resources: readonly PlanResource[];
      before(async () => {
        resources = await resourcesOf(`cloud=${cloud}`, "edge.enabled=true");
      });

      it("closes the load balancer to all but the CDN, and to plain text", () => {
        const balancer = find(resources, service, `${name}-load-balancer`);
        const closed = {
          aws: /"service\.beta\.kubernetes\.io\/aws-load-balancer-security-group-prefix-lists":"pl-/,
          gcp: /"loadBalancerSourceRanges":\["34\.96\.0\.0\/20","34\.127\.192\.0\/18"\]/,
        };
        assert.match(json(balancer), closed[cloud]);
        assert.ok(!json(balancer).includes('"port":80,'));
      });

      it("has the CDN prove itself with what NGINX asks for, and believes it on the client's address", () => {
        const passwords = findAll(resources, "random:index/randomPassword:RandomPassword").filter(
          ({ name: own }) => own.includes("edge-proofs"),
        );
        const senders = {
          aws: { type: "aws:cloudfront/distribution:Distribution", input: "origins" },
          gcp: { type: "gcp:compute/backendService:BackendService", input: "customRequestHeaders" },
        }[cloud];
        const secret = find(resources, "kubernetes:core/v1:Secret", `${name}-edge-proofs`);
        assert.equal(passwords.length, 2);
        for (const { urn } of passwords) {
          assert.ok(secret.propertyDependencies["stringData"]?.includes(urn));
          for (const { propertyDependencies } of findAll(resources, senders.type)) {
            assert.ok(propertyDependencies[senders.input]?.includes(urn));
          }
        }
        const settings = json(find(resources, "kubernetes:core/v1:ConfigMap", `${name}-edge`));
        const header = { aws: "X-Forwarded-For", gcp: "X-Client-Address" };
        assert.ok(settings.includes(`real_ip_header ${header[cloud]};`));
      });

      it("has a listener and a certificate for each host and for the origin's own name", () => {
        const { spec } = find(resources, "kubernetes:gateway.networking.k8s.io/v1:Gateway").inputs as {
          spec: { listeners: { hostname?: string }[] };
        };
        assert.deepEqual(
          spec.listeners.flatMap(({ hostname }) => hostname ?? []),
          ["seo.example.com", "origin.seo.example.com"],
        );
      });
    });

    it(`takes the kinds of the Gateway API on ${cloud} ${cloud === "aws" ? "from a release of their own" : "as GKE has them"}`, async () => {
      const resources = await resourcesOf(`cloud=${cloud}`, "edge.enabled=false");
      const kinds = findAll(resources, release).filter(
        ({ inputs }) => inputs["chart"] === "gateway-api-crds",
      );
      const controller = find(resources, release, name);
      if (cloud === "aws") {
        const [own = assert.fail()] = kinds;
        for (const object of [controller, ...findAll(resources, route)]) {
          assert.ok(
            waitsFor(resources, object, (urn) => urn === own.urn),
            object.name,
          );
        }
      } else {
        assert.deepEqual(kinds, []);
        const cluster = find(resources, "gcp:container/cluster:Cluster");
        assert.deepEqual(cluster.inputs["gatewayApiConfig"], { channel: "CHANNEL_STANDARD" });
      }
      assert.ok(findAll(resources, route).length > 1);
      for (const object of findAll(resources, route)) {
        assert.ok(
          waitsFor(resources, object, (urn) => urn === controller.urn),
          object.name,
        );
      }
    });
  }

  it("answers for names that applications add, by one certificate, where no edge stands, and not without external-dns", async () => {
    const found = async (...set: readonly string[]) => {
      const resources = await resourcesOf("cloud=aws", ...set);
      const { metadata, spec } = find(resources, "kubernetes:gateway.networking.k8s.io/v1:Gateway")
        .inputs as {
        metadata: { annotations: Record<string, string> };
        spec: { listeners: { name: string; hostname?: string }[] };
      };
      const any = spec.listeners.find(({ hostname }) => hostname === "*.seo.example.com");
      const certificate = resources.find(({ name: own }) => own === `${name}-host-any-seo-example-com`);
      const target = metadata.annotations["external-dns.alpha.kubernetes.io/target"];
      return [any?.name, certificate !== undefined, target];
    };
    assert.deepEqual(await found("edge.enabled=false"), ["any-seo-example-com", true, "seo.example.com"]);
    assert.deepEqual(await found("edge.enabled=true"), [undefined, false, "seo.example.com"]);
    const without = await found("edge.enabled=false", 'platform={"externalDns":{"enabled":false}}');
    assert.deepEqual(without.slice(0, 2), [undefined, false]);
  });

  it("has an address of its own on gcp, so that one way in can take the other's place", async () => {
    for (const [wayIn, address] of [
      ["gateway", "seo-platform-prod-gateway"],
      ["ingress", "seo-platform-prod-load-balancer"],
    ] as const) {
      const resources = await resourcesOf("cloud=gcp", `ingress=${wayIn}`);
      find(resources, "gcp:compute/address:Address", address);
    }
  });
});
