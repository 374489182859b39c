import { type Exporter, histogram, monitor } from "./exporter";

/** NGINX Gateway Fabric: NGINX by its agent, and the control plane. */
export const gateway: Exporter = {
  source:
    "nginx/agent v3: internal/collector/nginxreceiver/metadata.yaml; nginx/nginx-gateway-fabric v2.6.7: internal/controller/metrics/collectors; docs.nginx.com, NGINX Gateway Fabric, Prometheus metrics",
  there: monitor("nginx-gateway/nginx"),
  series: {
    nginx_http_connection_count_connections: ["nginx_connections_outcome"],
    nginx_http_connections_total: ["nginx_connections_outcome"],
    nginx_http_requests_total: [],
    ...histogram("nginx_gateway_fabric_event_batch_processing_milliseconds", "class"),
  },
};
