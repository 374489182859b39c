import type { HelmRelease } from "../../preview/helm";
import { beyond, leavesOf, type Path, valueAt, type Values, without } from "./defaults";

/** What a release renders to, as text; it rejects where the chart refuses the values. */
export type Render = (release: HelmRelease) => Promise<string>;

/** A value that no default of its chart has. */
export interface Judged {
  readonly chart: string;
  readonly version: string;
  readonly path: Path;
  /** Whether the chart renders something else without it, or refuses to; otherwise it does not know it, or reads it in another case alone. */
  readonly isRead: boolean;
  /** A release that has it. */
  readonly release: string;
}

/** What was seen of some releases. */
export interface Judgement {
  readonly releases: number;
  /** Values of theirs that are no maps. */
  readonly values: number;
  /** Those of them that no default of the chart has, each once for chart, version, place and value. */
  readonly judged: readonly Judged[];
}

/**
 * Whether charts read the values that their own `values.yaml` does not have: each is taken away, and what is rendered has to change.
 *
 * @param defaultsOf those of a release's chart
 */
export async function judge(
  cases: readonly { readonly release: HelmRelease; readonly render: Render }[],
  defaultsOf: (release: HelmRelease) => Values,
): Promise<Judgement> {
  const found = new Map<string, Judged>();
  for (const { release, render } of cases) {
    const { chart, version, name, values } = release;
    const paths = beyond(values, defaultsOf(release)).flatMap((place) =>
      leavesOf(valueAt(values, place), place),
    );
    // what changed nothing in one release may be read in another
    const open = paths.filter((path) => found.get(keyOf(release, path))?.isRead !== true);
    if (open.length === 0) continue;
    const isSame = await sameness(release, render);
    for (const path of open) {
      const less = await render({ ...release, values: without(values, path) }).catch(() => undefined);
      const isRead = less === undefined || !isSame(less);
      found.set(keyOf(release, path), { chart, version, path, isRead, release: name });
    }
  }
  return {
    releases: cases.length,
    values: cases.reduce((sum, each) => sum + leavesOf(each.release.values).length, 0),
    judged: [...found.values()],
  };
}

/** A value of a chart's version: the same in another release is the same. */
function keyOf({ chart, version, values }: HelmRelease, path: Path): string {
  return JSON.stringify([chart, version, path, valueAt(values, path)]);
}

/** Whether something rendered is the same as the release, but for lines that are others each time, as those of passwords and keys. */
async function sameness(release: HelmRelease, render: Render): Promise<(text: string) => boolean> {
  const [lines, again] = [await render(release), await render(release)].map((text) => text.split("\n"));
  if (lines === undefined || again?.length !== lines.length) {
    throw new Error(`${release.name}: expected as many lines each time, got another number`);
  }
  return (text) => {
    const others = text.split("\n");
    return (
      others.length === lines.length &&
      lines.every((line, index) => line === others[index] || line !== again[index])
    );
  };
}
