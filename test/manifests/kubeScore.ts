import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type KubernetesObject, toYaml } from "../../preview/render";
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

/**
 * As kube-score, which knows Kubernetes' own kinds alone, can judge it: a Rollout as the Deployment in whose place it is, and
 * what names it as naming that.
 */
export function withoutRollouts(object: KubernetesObject): KubernetesObject {
  const { replicas, selector, template, scaleTargetRef } = (object["spec"] ?? {}) as Readonly<
    Record<string, unknown>
  >;
  if (object.kind === "Rollout") {
    return { ...object, apiVersion: "apps/v1", kind: "Deployment", spec: { replicas, selector, template } };
  }
  const target = scaleTargetRef as { readonly kind?: string } | undefined;
  return target?.kind === "Rollout"
    ? {
        ...object,
        spec: {
          ...(object["spec"] as object),
          scaleTargetRef: { ...target, apiVersion: "apps/v1", kind: "Deployment" },
        },
      }
    : object;
}

/** Of kube-score's grades: 1 critical, 5 warning, 7 almost OK, 10 OK; 0 is of what was skipped. */
const critical = 1;

/** Every critical finding of kube-score in the objects, which are judged together: a Service by the pods that it finds. */
export function criticals(
  objects: readonly KubernetesObject[],
  kubernetesVersion: string,
): readonly Finding[] {
  const folder = mkdtempSync(join(tmpdir(), "groundwork-score-"));
  try {
    const file = join(folder, "objects.yaml");
    writeFileSync(file, objects.map((object) => toYaml(withoutRollouts(object))).join("---\n"));
    return criticalsIn(file, kubernetesVersion);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function criticalsIn(file: string, kubernetesVersion: string): readonly Finding[] {
  const args = ["score", `--kubernetes-version=v${kubernetesVersion}`, "--output-format=json", file];
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
