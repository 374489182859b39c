import { chart, type Exporter } from "./exporter";

/** External Secrets; the object's namespace is exported_namespace, as its monitor keeps its own. */
export const externalSecrets: Exporter = {
  source:
    "external-secrets/external-secrets v2.9.0: pkg/controllers/externalsecret/esmetrics, pkg/controllers/secretstore/ssmetrics",
  there: chart("external-secrets"),
  series: {
    externalsecret_status_condition: ["name", "exported_namespace", "condition", "status"],
    secretstore_status_condition: ["name", "exported_namespace", "condition", "status"],
  },
};
