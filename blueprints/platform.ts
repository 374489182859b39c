import type { PlatformSpec } from "../components/platform/platformSpec";

/** What every system has of the platform's services, on nodes of its own and on the cloud's. */
export const standardServices: PlatformSpec = {
  blackboxExporter: {},
  externalDns: {},
  externalSecrets: {},
  keda: {},
  reloader: {},
  vpa: {},
};
