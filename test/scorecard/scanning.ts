import type { Setting } from "./setting";

const trivy = { area: "scanning", type: "kubernetes:helm.sh/v3:Release", only: /^main-trivy$/ };

/** What the scanner of images has without being told. */
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
];
