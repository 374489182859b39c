import type { Setting } from "./setting";

const trivy = { area: "scanning", type: "kubernetes:helm.sh/v3:Release", only: /^main-trivy$/ };

const falco = { area: "runtime", type: "kubernetes:helm.sh/v3:Release", only: /^main-falco$/ };

/** What the scanner of images, and what looks at what runs, have without being told. */
export const scanningSettings: readonly Setting[] = [
  {
    ...trivy,
    setting: "the scanner reads nobody's Secrets",
    path: "values.operator.accessGlobalSecretsAndServiceAccount",
    expected: false,
    elsewhere: "its chart true",
    why: "it pulls as its own identity",
  },
  {
    ...trivy,
    setting: "the scanner's jobs do not run as root",
    path: "values.trivyOperator.scanJobPodTemplatePodSecurityContext.runAsNonRoot",
    expected: true,
    elsewhere: "its chart not set",
    why: "Pod Security restricted",
  },
  {
    ...trivy,
    setting: "the scanner's jobs have no token of the cluster",
    path: "values.trivyOperator.scanJobAutomountServiceAccountToken",
    expected: false,
    elsewhere: "its chart false",
    why: "they read files that strangers made",
  },
  {
    ...falco,
    setting: "what looks at processes is no privileged container",
    path: "values.containerSecurityContext.allowPrivilegeEscalation",
    expected: false,
    elsewhere: "its chart privileged, unless told",
    why: "four capabilities are all that eBPF takes",
  },
  {
    ...falco,
    setting: "it loads no module into the kernel",
    path: "values.driver.kind",
    expected: "modern_ebpf",
    elsewhere: "its chart auto",
    why: "a module can take the node down, and has to be built for each kernel",
  },
  {
    ...falco,
    setting: "its rules are those of its image",
    path: "values.falcoctl.artifact.follow.enabled",
    expected: false,
    elsewhere: "its chart true",
    why: "nothing on a node fetches what it acts by from outside",
  },
];
