import type { Setting } from "./setting";

const flagd = { area: "feature flags", type: "kubernetes:apps/v1:Deployment", only: /^main-flagd$/ };
const pod = "spec.template.spec";
const elsewhere = "its own manifest not set";

/** What flagd has without being told. */
export const flagSettings: readonly Setting[] = [
  {
    ...flagd,
    setting: "flagd does not run as root",
    path: `${pod}.securityContext.runAsNonRoot`,
    expected: true,
    elsewhere,
    why: "Pod Security restricted",
  },
  {
    ...flagd,
    setting: "flagd can write to no file",
    path: `${pod}.containers.*.securityContext.readOnlyRootFilesystem`,
    expected: true,
    elsewhere,
    why: "it keeps nothing",
  },
  {
    ...flagd,
    setting: "flagd has no token of the cluster",
    path: `${pod}.automountServiceAccountToken`,
    expected: false,
    elsewhere,
    why: "its flags come as a file",
  },
];
