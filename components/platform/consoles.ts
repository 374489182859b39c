/**
 * Where the user interfaces of what watches are, once who works with them has opened a way through the API server
 * (`kubectl port-forward`): nothing leads to them from the internet. Links in messages are to these.
 */
export const consoles = {
  grafana: "http://localhost:3000",
  prometheus: "http://localhost:9090",
  alertmanager: "http://localhost:9093",
} as const;
