import { type Exporter, histogram } from "./exporter";

/** The API server, at its own endpoint. */
export const apiServer: Exporter = {
  source: "kubernetes/kubernetes v1.35: test/instrumentation/documentation/documentation-list.yaml",
  there: () => true,
  series: {
    apiserver_current_inflight_requests: ["request_kind"],
    ...histogram(
      "apiserver_request_duration_seconds",
      "verb",
      "dry_run",
      "group",
      "version",
      "resource",
      "subresource",
      "scope",
      "component",
    ),
    apiserver_request_total: [
      "verb",
      "dry_run",
      "group",
      "version",
      "resource",
      "subresource",
      "scope",
      "component",
      "code",
    ],
    apiserver_validating_admission_policy_check_total: [
      "policy",
      "policy_binding",
      "error_type",
      "enforcement_action",
    ],
  },
};
