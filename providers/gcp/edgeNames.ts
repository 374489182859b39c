import { autoNamed } from "../../components/names";

/** Characters that names of Compute Engine and of Certificate Manager may have. */
const longestName = 63;

/** Logical name of what is made for a host or a rule, cut where the cloud's own name would be too long. */
export function childName(name: string, ...keys: readonly string[]): string {
  return autoNamed(longestName, name, ...keys);
}

/** What a host has before the zone's domain: `app` for app.example.com, nothing for the domain itself. */
export function labelsOf(host: string, domain: string): readonly string[] {
  return host === domain ? [] : [host.slice(0, -domain.length - 1)];
}
