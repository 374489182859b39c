import { checkImagePolicy } from "../components/governance/imagePolicy";
import { auditOf } from "./audit";
import type { CompleteFile } from "./complete";
import { type ConfigProblem, show } from "./errors";

/** Which images a cluster runs is said by places that are somebody's own; which a project runs by one stack of it. */
export function checkAdmission(file: CompleteFile): ConfigProblem[] {
  const { cloud, gcp, images } = file;
  return [
    ...images.admittedRegistries.flatMap((admitted, index) =>
      checkRegistry(`images.admittedRegistries.${index}`, admitted),
    ),
    ...(cloud === "gcp" && gcp !== undefined ? checkProject(file, gcp) : []),
  ];
}

function checkProject(file: CompleteFile, gcp: NonNullable<CompleteFile["gcp"]>): ConfigProblem[] {
  const { admittedRegistries } = gcp;
  const key = "gcp.admittedRegistries";
  if (auditOf(file) !== "stack") {
    if (admittedRegistries.length === 0) return [];
    const expected =
      "no key where groundwork:audit is none: another stack says which images the project runs";
    return [{ key, expected, got: show(admittedRegistries) }];
  }
  return [
    ...(file.images.registry === undefined ? [] : checkRegistry("images.registry", file.images.registry)),
    ...admittedRegistries.flatMap((registry, index) => checkRegistry(`${key}.${index}`, registry)),
  ];
}

function checkRegistry(key: string, registry: string): ConfigProblem[] {
  try {
    checkImagePolicy({ registries: [registry] });
    return [];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const expected = error.message.replace(/^.*?: expected (.*), got .*$/, "$1");
    return [{ key, expected, got: show(registry) }];
  }
}
