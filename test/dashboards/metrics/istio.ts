import { type Exporter, histogram, monitor } from "./exporter";

/** The control plane and the plugin of the mesh. */
export const istio: Exporter = {
  source:
    "istio/istio 1.31.1: pilot/pkg/xds, pilot/pkg/model, security/pkg/server/ca, pkg/kube/inject, cni/pkg/install",
  there: monitor("istio-system/istiod"),
  series: {
    citadel_server_authentication_failure_count: [],
    citadel_server_csr_sign_err_count: ["error"],
    citadel_server_root_cert_expiry_seconds: [],
    citadel_server_success_cert_issuance_count: [],
    istio_cni_install_ready: [],
    ...histogram("pilot_proxy_convergence_time"),
    pilot_total_xds_rejects: ["type"],
    pilot_xds: ["version"],
    sidecar_injection_failure_total: [],
  },
};
