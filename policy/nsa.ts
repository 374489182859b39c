/**
 * Headings of the Kubernetes Hardening Guide of NSA and CISA, version 1.2 of August 2022
 * (https://media.defense.gov/2022/Aug/29/2003066362/-1/-1/0/CTR_KUBERNETES_HARDENING_GUIDANCE_1.2_20220829.PDF), which numbers
 * nothing: those of its sections, in its order, and the last chapter's own, which has no sections.
 */
export const nsaHeadings = [
  // Kubernetes Pod security
  '"Non-root" containers and "rootless" container engines',
  "Immutable container file systems",
  "Building secure container images",
  "Pod security enforcement",
  "Protecting Pod service account tokens",
  "Hardening container environments",
  // Network separation and hardening
  "Namespaces",
  "Network policies",
  "Resource policies",
  "Control plane hardening",
  "Etcd",
  "Kubeconfig Files",
  "Worker node segmentation",
  "Encryption",
  "Secrets",
  "Protecting sensitive cloud infrastructure",
  // Authentication and authorization
  "Authentication",
  "Role-based access control",
  // Audit Logging and Threat Detection
  "Logging",
  "Kubernetes native audit logging configuration",
  "Worker node and container logging",
  "Seccomp: audit mode",
  "Syslog",
  "SIEM platforms",
  "Service meshes",
  "Fault tolerance",
  "Threat Detection",
  "Alerting",
  "Tools",
  "Upgrading and application security practices",
] as const;

export type NsaHeading = (typeof nsaHeadings)[number];
