import { type Exporter, monitor } from "./exporter";

/** cert-manager; the certificate's namespace is exported_namespace. */
export const certManager: Exporter = {
  source: "cert-manager/cert-manager v1.21.3: internal/collectors/certificate_collector.go",
  there: monitor("cert-manager/cert-manager"),
  series: {
    certmanager_certificate_expiration_timestamp_seconds: ["name", "exported_namespace", "issuer_name"],
    certmanager_certificate_not_before_timestamp_seconds: ["name", "exported_namespace", "issuer_name"],
    certmanager_certificate_ready_status: ["name", "exported_namespace", "condition", "issuer_name"],
  },
};
