import assert from "node:assert/strict";
import { chartImages, imagesOn } from "../../../components/platform/chartImages";
import { type ChartName, charts } from "../../../components/platform/charts";

describe("the images of the charts", () => {
  for (const [name, { version }] of Object.entries(charts)) {
    it(`were read of ${name} at the version that is installed`, () => {
      assert.equal(chartImages[name as ChartName].readAt, version);
    });
  }

  it("go by their names in full: registry and path, without a tag", () => {
    for (const repository of Object.values(chartImages).flatMap(({ repositories }) => repositories)) {
      assert.match(repository, /^[a-z0-9-]+(\.[a-z0-9-]+)+(\/[a-z0-9-]+)+$/);
    }
  });

  it("are on each cloud those of the charts that are installed there, each once", () => {
    const [aws, gcp] = [imagesOn("aws"), imagesOn("gcp")];
    assert.equal(new Set(gcp).size, gcp.length);
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
});
