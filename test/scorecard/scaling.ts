import type { Setting } from "./setting";

const keda = { area: "scaling", type: "kubernetes:helm.sh/v3:Release", only: /^main-keda$/ };

/** What counts what waits for workloads has on both clouds without being told. */
export const scalingSettings: readonly Setting[] = [
  {
    ...keda,
    setting: "KEDA sees the system's namespace alone",
    path: "values.watchNamespace",
    expected: "app",
    elsewhere: "its chart all namespaces",
    why: "nobody else's workloads are its to scale",
  },
  {
    ...keda,
    setting: "KEDA's operator reads no Secret of what it scales",
    path: "values.permissions.operator.restrict.secret",
    expected: true,
    elsewhere: "its chart false",
    why: "it signs in as itself",
  },
  {
    ...keda,
    setting: "KEDA scales no kinds but Kubernetes' own",
    path: "values.rbac.enabledCustomScaledRefKinds",
    expected: false,
    elsewhere: "its chart true",
    why: "it would be let into every kind's scale",
  },
  {
    ...keda,
    setting: "KEDA's certificates had anew by cert-manager",
    path: "values.certificates.certManager.enabled",
    expected: true,
    elsewhere: "its chart false",
    why: "an authority of its own, whose key no pod of KEDA's has",
  },
];
