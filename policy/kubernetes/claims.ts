import { isSet, show } from "../check";
import { fromStaging } from "../levels";
import type { Props } from "../resource";
import { resourceRule, type Verdict } from "../rule";

type ClaimSpec = Props<"kubernetes:core/v1:PersistentVolumeClaim">["spec"];

export const storageClass = resourceRule({
  id: "k8s-pvc-storage-class",
  title: "Volumes are of a class that was chosen, and stay",
  severity: "medium",
  description:
    "Without a class a volume is of whichever is the default when it is made, encrypted or not; a StatefulSet that deletes its claims deletes what it kept.",
  remedy:
    "Set storageClassName, on claims and volumeClaimTemplates, to one of classes, and leave persistentVolumeClaimRetentionPolicy at Retain.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(c)"] },
  levels: fromStaging,
  settings: {
    classes: {
      schema: {
        type: "array",
        items: { type: "string" },
        description: "Storage classes that volumes may be of; without any each that is named.",
      },
      values: { dev: [] as string[], staging: [] as string[], prod: [] as string[] },
    },
  },
  types: ["kubernetes:core/v1:PersistentVolumeClaim", "kubernetes:apps/v1:StatefulSet"],
  check: (resource, { classes }) => {
    if (resource.type === "kubernetes:core/v1:PersistentVolumeClaim")
      return claimOf(resource.props.spec, classes, "spec");
    const { volumeClaimTemplates = [], persistentVolumeClaimRetentionPolicy: kept } =
      resource.props.spec ?? {};
    return [
      volumeClaimTemplates.map(({ spec }, place) =>
        claimOf(spec, classes, `spec.volumeClaimTemplates.${place}.spec`),
      ),
      Object.entries({ whenDeleted: kept?.whenDeleted, whenScaled: kept?.whenScaled })
        .filter(([, then]) => then === "Delete")
        .map(([when]) => `spec.persistentVolumeClaimRetentionPolicy.${when} is "Delete"`),
    ];
  },
});

function claimOf(spec: ClaimSpec, classes: readonly string[], path: string): Verdict {
  // A claim of a volume that is there already, or of the empty class, chose, too.
  if (isSet(spec, "volumeName")) return undefined;
  return [
    !isSet(spec, "storageClassName") &&
      spec?.storageClassName !== "" &&
      `${path}.storageClassName is not set`,
    classes.length > 0 &&
      spec?.storageClassName !== undefined &&
      !classes.includes(spec.storageClassName) &&
      `${path}.storageClassName is ${show(spec.storageClassName)}, which is none of classes`,
  ];
}

export const secretsFromOutside = resourceRule({
  id: "k8s-secret-external",
  title: "Secrets come from outside, where that is asked",
  severity: "high",
  description:
    "A value that the program writes into a Secret stands in its state, too; External Secrets or Vault bring it past the program, and anew.",
  remedy: "Put the value into the cloud's secret store or Vault, and have an ExternalSecret bring it.",
  controls: {
    cisEks: ["4.4.2"],
    cisGke: ["4.4.2"],
    cisKubernetes: ["5.4.2"],
    soc2: ["CC6.1"],
    gdpr: ["32(1)(a)"],
  },
  levels: fromStaging,
  settings: {
    namespaces: {
      schema: {
        type: "array",
        items: { type: "string" },
        description: "Namespaces whose Secrets the program may not write; * is all of them.",
      },
      values: { dev: [] as string[], staging: [] as string[], prod: [] as string[] },
    },
  },
  types: ["kubernetes:core/v1:Secret"],
  applies: ({ props: { metadata } }, { namespaces }) =>
    namespaces.some((name) => name === "*" || name === metadata?.namespace),
  check: ({ props }) =>
    (isSet(props, "data") || isSet(props, "stringData")) && "the program writes its values",
});
