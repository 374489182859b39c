import assert from "node:assert/strict";
import { clouds } from "../../../components/cloud";
import { chartImages, imagesOn, type InstalledFor } from "../../../components/platform/chartImages";
import { type ChartName, charts } from "../../../components/platform/charts";

const nothing: InstalledFor = { stores: [], services: [], wayIn: "ingress" };

describe("the images of the charts", () => {
  for (const [name, { version }] of Object.entries(charts)) {
    it(`were read of ${name} at the version that is installed`, () => {
      assert.equal(chartImages[name as ChartName].readAt, version);
    });
  }

  it("go by their names in full: registry and path, without a tag", () => {
    for (const repository of Object.values(chartImages).flatMap(({ repositories }) => repositories)) {
      assert.match(repository, /^[a-z0-9-]+(\.[a-z0-9-]+)+(\/[a-z0-9_-]+)+$/);
    }
  });

  it("are on each cloud those of the charts that are installed there, each once", () => {
    const [aws, gcp] = [imagesOn("aws", nothing), imagesOn("gcp", nothing)];
    assert.deepEqual(gcp, [
      "docker.io/grafana/grafana",
      "docker.io/library/busybox",
      "docker.io/nginx/nginx-ingress",
      "quay.io/jetstack/cert-manager-cainjector",
      "quay.io/jetstack/cert-manager-controller",
      "quay.io/jetstack/cert-manager-startupapicheck",
      "quay.io/jetstack/cert-manager-webhook",
      "quay.io/kiwigrid/k8s-sidecar",
      "quay.io/prometheus-operator/admission-webhook",
      "quay.io/prometheus-operator/prometheus-config-reloader",
      "quay.io/prometheus-operator/prometheus-operator",
      "quay.io/prometheus/alertmanager",
      "quay.io/prometheus/node-exporter",
      "quay.io/prometheus/prometheus",
      "registry.k8s.io/kube-state-metrics/kube-state-metrics",
      "registry.k8s.io/kubectl",
    ]);
    assert.ok(gcp.every((repository) => aws.includes(repository)));
    assert.deepEqual(
      aws.filter((repository) => !gcp.includes(repository)),
      [
        "nvcr.io/nvidia/k8s-device-plugin",
        "public.ecr.aws/eks/aws-load-balancer-controller",
        "public.ecr.aws/karpenter/controller",
        "registry.k8s.io/autoscaling/cluster-autoscaler",
        "registry.k8s.io/metrics-server/metrics-server",
      ],
    );
  });

  it("are those of the way in that the stack has", () => {
    for (const cloud of clouds) {
      const ingress = imagesOn(cloud, nothing);
      const gateway = imagesOn(cloud, { ...nothing, wayIn: "gateway" });
      assert.deepEqual(
        ingress.filter((repository) => !gateway.includes(repository)),
        ["docker.io/nginx/nginx-ingress"],
      );
      assert.deepEqual(
        gateway.filter((repository) => !ingress.includes(repository)),
        ["ghcr.io/nginx/nginx-gateway-fabric", "ghcr.io/nginx/nginx-gateway-fabric/nginx"],
      );
    }
  });

  it("are those of a store's charts where the stack has the store", () => {
    for (const cloud of clouds) {
      const without = imagesOn(cloud, { ...nothing, stores: ["postgres"] });
      assert.deepEqual(
        imagesOn(cloud, { ...nothing, stores: ["postgres", "search"] }).filter(
          (repository) => !without.includes(repository),
        ),
        [
          "docker.elastic.co/eck/eck-operator",
          "docker.elastic.co/elasticsearch/elasticsearch",
          "quay.io/prometheuscommunity/elasticsearch-exporter",
        ],
      );
    }
  });

  it("are those of a service's chart where the stack has the service", () => {
    for (const cloud of clouds) {
      const without = imagesOn(cloud, nothing);
      const reloader = imagesOn(cloud, { ...nothing, services: ["reloader"] });
      assert.deepEqual(
        reloader.filter((repository) => !without.includes(repository)),
        ["ghcr.io/stakater/reloader"],
      );
    }
  });
});
