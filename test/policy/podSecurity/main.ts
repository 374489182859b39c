/*
 * The pack's rules of the Pod Security Standards against the standard's own pods:
 *
 *   npm run pod-security -- FOLDER
 *
 * FOLDER is `test/testdata` of Kubernetes' module k8s.io/pod-security-admission, which `go mod download` fetches. Of the newest
 * version there each pod of `restricted/…/pass` has to be let through, and each of `restricted/…/fail` and `baseline/…/fail` to be
 * caught by the rule of the check that its file is named after.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { rules } from "../../../policy/rules";
import type { Json } from "../../../preview/plan";
import { judge } from "../../../preview/policy";
import { messageOf, UsageError } from "../../../preview/errors";
import { scene } from "../scene";

const standard = rules.filter(({ controls }) => controls.pss !== undefined);

/** The checks that a pod breaks, by their ids in the standard, in lower case as files are named after them. */
function brokenBy(pod: Json): ReadonlySet<string> {
  const plan = scene([["kubernetes:core/v1:Pod", "pod", { inputs: pod as never, provider: null }]]);
  const { violations } = judge(plan, { environment: "prod", rules: standard });
  const broken = standard.filter(({ id }) => violations.some(({ policy }) => policy === id));
  return new Set(broken.flatMap(({ controls }) => controls.pss ?? []).map((check) => check.toLowerCase()));
}

function podsIn(folder: string): readonly (readonly [file: string, pod: Json])[] {
  return readdirSync(folder).flatMap((file) =>
    parseAllDocuments(readFileSync(join(folder, file), "utf8")).map(
      // YAML of the API is JSON.
      (document) => [file, document.toJS() as Json] as const,
    ),
  );
}

/** Folders are named `v1.37`; theirs is the order of their numbers. */
function newestIn(folder: string): string {
  const versions = readdirSync(folder).filter((name) => /^v1\.\d+$/.test(name));
  const [newest] = versions.sort((a, b) => Number(b.slice(3)) - Number(a.slice(3)));
  if (newest === undefined) throw new UsageError(`${folder}: expected folders such as v1.37, got none`);
  return newest;
}

function main([folder]: readonly string[]): boolean {
  if (folder === undefined) {
    throw new UsageError("expected the folder test/testdata of k8s.io/pod-security-admission, got none");
  }
  const version = newestIn(join(folder, "restricted"));
  const passing = podsIn(join(folder, "restricted", version, "pass"));
  const refused = passing.filter(([, pod]) => brokenBy(pod).size > 0).map(([file]) => `refused: ${file}`);
  const failing = ["restricted", "baseline"].flatMap((level) =>
    podsIn(join(folder, level, version, "fail")).map(([file, pod]) => ({ level, file, pod })),
  );
  const missed = failing.flatMap(({ level, file, pod }) => {
    // a check of both levels is named after the level: `capabilities_restricted0.yaml`
    const [check = ""] = /^[a-z_]+/.exec(file) ?? [];
    const broken = [...brokenBy(pod)];
    const isCaught = broken.some((each) => each === check || each.split("_")[0] === check.split("_")[0]);
    return isCaught ? [] : [`missed: ${level} ${file}, broke ${broken.join(", ") || "nothing"}`];
  });
  for (const line of [...refused, ...missed]) process.stdout.write(`${line}\n`);
  process.stdout.write(
    `${version}: ${passing.length - refused.length} of ${passing.length} let through, ` +
      `${failing.length - missed.length} of ${failing.length} caught by the rule of their check\n`,
  );
  return refused.length + missed.length === 0;
}

try {
  process.exitCode = main(process.argv.slice(2)) ? 0 : 1;
} catch (error) {
  process.stderr.write(`error: ${messageOf(error)}\n`);
  process.exitCode = 2;
}
