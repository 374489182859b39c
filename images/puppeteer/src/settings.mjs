/**
 * What the platform tells a service, by environment variable (components/workload/podTemplate.ts): each with what it is where
 * nobody says it.
 */
export function readSettings(environment = process.env) {
  return {
    service: environment.OTEL_SERVICE_NAME ?? environment.SERVICE_NAME ?? "sample",
    version: environment.SERVICE_VERSION ?? "unknown",
    port: wholeNumber(environment, "PORT", 3000),
    metricsHost: environment.OTEL_EXPORTER_PROMETHEUS_HOST ?? "0.0.0.0",
    metricsPort: wholeNumber(environment, "OTEL_EXPORTER_PROMETHEUS_PORT", 9464),
    // in Kubernetes the pod's preStop waits before SIGTERM comes; elsewhere somebody has to
    drainSeconds: wholeNumber(environment, "DRAIN_SECONDS", 0),
    // of the 45 that a pod has by default, less the 10 of its preStop
    stopSeconds: wholeNumber(environment, "STOP_SECONDS", 30),
  };
}

export function wholeNumber(environment, name, otherwise) {
  const text = environment[name];
  if (text === undefined || text === "") return otherwise;
  if (!/^\d{1,5}$/.test(text)) throw new Error(`${name}: expected a whole number, got "${text}"`);
  return Number(text);
}
