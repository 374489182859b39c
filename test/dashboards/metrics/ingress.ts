import { chart, type Exporter } from "./exporter";

/** NGINX Ingress Controller. */
export const ingress: Exporter = {
  source:
    "nginx/kubernetes-ingress v5.6.1: internal/metrics/collectors; nginx/nginx-prometheus-exporter v1: collector/nginx.go",
  there: chart("nginx-ingress"),
  series: {
    nginx_ingress_nginx_connections_accepted: [],
    nginx_ingress_nginx_connections_active: [],
    nginx_ingress_nginx_connections_handled: [],
    nginx_ingress_nginx_connections_waiting: [],
    nginx_ingress_nginx_http_requests_total: [],
    nginx_ingress_controller_nginx_reload_errors_total: [],
  },
};
