import { chart, type Exporter } from "./exporter";

/** Trivy. */
export const trivy: Exporter = {
  source: "aquasecurity/trivy-operator v0.32.0: pkg/metrics/collector.go",
  there: chart("trivy-operator"),
  series: {
    trivy_image_vulnerabilities: [
      "name",
      "resource_kind",
      "resource_name",
      "container_name",
      "image_registry",
      "image_repository",
      "image_tag",
      "image_digest",
      "severity",
    ],
    trivy_image_exposedsecrets: [
      "name",
      "resource_kind",
      "resource_name",
      "container_name",
      "image_registry",
      "image_repository",
      "image_tag",
      "image_digest",
      "severity",
    ],
  },
};
