import type { Setting } from "./setting";

const velero = { area: "Velero", type: "kubernetes:helm.sh/v3:Release", only: /^main-velero$/ };

/** What backups of the cluster's objects have without being told. */
export const veleroSettings: readonly Setting[] = [
  {
    ...velero,
    setting: "backups of objects are reached without a key of the bucket",
    path: "values.credentials.useSecret",
    expected: false,
    elsewhere: "velero's chart true",
    why: "there is none to be found",
  },
  {
    ...velero,
    setting: "nothing of Velero on the nodes",
    path: "values.deployNodeAgent",
    expected: false,
    elsewhere: "velero's chart false",
    why: "its agent mounts every pod's volumes, as root",
  },
  {
    ...velero,
    setting: "Velero does not run as root",
    path: "values.podSecurityContext.runAsNonRoot",
    expected: true,
    elsewhere: "velero's chart not set",
    why: "Pod Security restricted",
  },
];
