import { namespaces } from "../platform/names";

/** Namespaces of stores in the cluster, whose operators and sidecars ask the API server. */
const storeNamespaces = ["elastic-system", "kafka", "mongo", "objects", "search", "vectors"];

/**
 * What of Falco's own rules (falco-rules 5.1.0, which are in its image) is said otherwise here.
 *
 * Operators, Argo CD and Prometheus ask the API server all day, which the rules don't know of all of ours; a service of the
 * system that does is still told. A shell that somebody opens in a container is told, where the rules would only log it.
 */
export function falcoRules(): string {
  const known = [...Object.values(namespaces), ...storeNamespaces].sort();
  return `- macro: user_known_contact_k8s_api_server_activities
  condition: (k8s.ns.name in (${known.map((name) => `"${name}"`).join(", ")}))
  override:
    condition: replace
- rule: Terminal shell in container
  priority: WARNING
  override:
    priority: replace
`;
}
