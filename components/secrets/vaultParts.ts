import { namespaces } from "../platform/names";

/** Name of the release, and of what the chart makes. */
export const vaultName = "vault";

/** Labels of the servers' pods, as the chart gives them. */
export const vaultPods = {
  "app.kubernetes.io/name": vaultName,
  "app.kubernetes.io/instance": vaultName,
  component: "server",
} as const;

/** Labels of the pods that configure it, and of those that keep snapshots. */
export const jobPods = {
  configure: { "app.kubernetes.io/name": "vault-configure" },
  snapshot: { "app.kubernetes.io/name": "vault-snapshot" },
} as const;

/** Where it answers; metrics at a port of their own, which only Prometheus reaches. */
export const vaultPorts = { api: 8200, cluster: 8201, metrics: 8203 } as const;

/** Name of the headless Service, by which servers call each other. */
const internalName = `${vaultName}-internal`;

/** Where clients go: whichever server leads, and whichever answers. */
export const vaultHosts = {
  leader: `${vaultName}-active.${namespaces.vault}.svc`,
  any: `${vaultName}.${namespaces.vault}.svc`,
} as const;

/** Name of one server; the first is there before it is ready, as the Service has all of them. */
export function serverHost(index: number): string {
  return `${vaultName}-${index}.${internalName}.${namespaces.vault}.svc`;
}

/** Names in the servers' certificate. */
export const serverDnsNames = [
  ...Object.values(vaultHosts),
  `*.${internalName}`,
  `*.${internalName}.${namespaces.vault}.svc`,
] as const;

/** Secret of the servers' certificate. */
export const serverSecret = "vault-tls";

/** Where things are in a server's pod. */
export const vaultFolders = { tls: "/vault/tls", data: "/vault/data", audit: "/vault/audit" } as const;

/** Whom a service account's token is for, so that nobody else takes it. */
export const vaultAudience = "vault";

/** Image of the servers, in full: the chart leaves out the registry. */
export const vaultImage = "docker.io/hashicorp/vault";

/** Service account, and role in Vault, of what configures it. */
export const configurator = "vault-configure";

/** The same of what keeps snapshots. */
export const snapshotter = "vault-snapshot";

/** Service account, of which no pod runs, and role in Vault, by which people begin to make a root token. */
export const operator = "vault-operator";
