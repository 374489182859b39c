import { outputOf, tools } from "./tools";

/** Something that an object lacks. */
export interface Finding {
  /** Id of kube-score's check (`pod-probes`), or a fault of pods. */
  readonly check: string;
  /** `<namespace>/<kind>/<name>`. */
  readonly object: string;
  readonly detail: string;
}

type Report = readonly {
  readonly type_meta: { readonly kind: string };
  readonly object_meta: { readonly name: string; readonly namespace?: string };
  readonly checks: readonly {
    readonly check: { readonly id: string };
    readonly grade: number;
    readonly skipped: boolean;
    readonly comments: readonly { readonly path: string; readonly summary: string }[] | null;
  }[];
}[];

/** Of kube-score's grades: 1 critical, 5 warning, 7 almost OK, 10 OK; 0 is of what was skipped. */
const critical = 1;

/** Every critical finding of kube-score in the files, which are judged together: a Service by the pods that it finds. */
export function criticals(files: readonly string[], kubernetesVersion: string): readonly Finding[] {
  const args = ["score", `--kubernetes-version=v${kubernetesVersion}`, "--output-format=json", ...files];
  return (JSON.parse(outputOf(tools.kubeScore, args)) as Report).flatMap(
    ({ type_meta: { kind }, object_meta: { name, namespace = "" }, checks }) =>
      checks
        .filter(({ grade, skipped }) => grade === critical && !skipped)
        .map(({ check, comments }) => ({
          check: check.id,
          object: `${namespace}/${kind}/${name}`,
          detail: (comments ?? []).map(({ path, summary }) => `${path} ${summary}`.trim()).join("; "),
        })),
  );
}
