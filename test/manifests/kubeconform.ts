import { outputOf, tools } from "./tools";

/** What kubeconform says of a folder of manifests. */
export interface Conformance {
  readonly valid: number;
  /** One line for each object that is not valid, or has no schema: its file, kind and what is wrong. */
  readonly findings: readonly string[];
}

interface Report {
  readonly resources: readonly {
    readonly filename: string;
    readonly kind: string;
    readonly name: string;
    readonly status: "statusValid" | "statusInvalid" | "statusError" | "statusSkipped" | "statusEmpty";
    readonly msg: string;
  }[];
}

/**
 * Validates every file of a folder, strictly: a field without a schema is a finding.
 *
 * @param locations of schemas, in the order in which they are asked, as kubeconform's `-schema-location` takes them.
 */
export function conformance(
  folder: string,
  kubernetesVersion: string,
  locations: readonly string[],
): Conformance {
  const { resources } = JSON.parse(
    outputOf(tools.kubeconform, [
      "-strict",
      "-verbose",
      "-output=json",
      // its schemas are of whole versions
      `-kubernetes-version=${kubernetesVersion}.0`,
      ...locations.flatMap((location) => ["-schema-location", location]),
      folder,
    ]),
  ) as Report;
  return {
    valid: resources.filter(({ status }) => status === "statusValid").length,
    findings: resources
      .filter(({ status }) => status !== "statusValid" && status !== "statusEmpty")
      .map(({ filename, kind, name, status, msg }) => `${filename}: ${kind} ${name}: ${status} ${msg}`),
  };
}
