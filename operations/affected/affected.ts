import { type Cloud, clouds, type Environment } from "../../components/cloud";

/** A stack as its file describes it. */
export interface StackOfFile {
  /** Name of the Pulumi stack, from `Pulumi.<stack>.yaml`. */
  readonly stack: string;
  readonly cloud: Cloud;
  readonly environment: Environment;
  readonly blueprint: string;
  /** Region on its cloud. */
  readonly region: string;
}

/** A stack on one cloud, which is its own or the other to which one key would move it. */
export interface AffectedStack extends StackOfFile {
  /** Whether that is the cloud on which it stands. */
  readonly own: boolean;
}

/** Which part of stacks and clouds a change may mean something to. */
interface Reach {
  readonly stack?: string;
  readonly environment?: string;
  readonly blueprint?: string;
  readonly cloud?: Cloud;
}

const everything: Reach = {};

/**
 * What never changes what a stack is made of, or what is said of it: read by people, by tests, or by what makes images.
 * Everything that is not here reaches every stack, so that a folder that is new is previewed and not forgotten.
 */
const unseen: readonly RegExp[] = [
  /\.md$/,
  /^(docs|test|bench|releases|bootstrap|images|local|operations|\.github)\//,
  /^(LICENSE|Makefile|renovate\.json|eslint\.config\.mjs|\.gitignore|\.prettierrc\.json|\.prettierignore|\.mocharc\.json)$/,
];

/** The part that a changed file reaches: the first row that knows it. */
const rows: readonly (readonly [path: RegExp, reach: (found: RegExpExecArray) => Reach])[] = [
  [/^Pulumi\.([^/]+)\.ya?ml$/, ([, stack = ""]) => ({ stack })],
  [/^policy\/config\/([^/]+)\.json$/, ([, environment = ""]) => ({ environment })],
  // a cloud's own folder of resources, rules or the preview's outputs
  [/^(?:providers|policy|preview\/outputs)\/(aws|gcp)[/-]/, ([, cloud]) => ofCloud(cloud)],
  [/^preview\/outputs\/(aws|gcp)\.ts$/, ([, cloud]) => ofCloud(cloud)],
];

function ofCloud(cloud: string | undefined): Reach {
  const known = clouds.find((name) => name === cloud);
  return known === undefined ? everything : { cloud: known };
}

/** What decides about affected stacks. */
export interface AffectedArgs {
  /** Paths from the repository's root. */
  readonly changed: readonly string[];
  readonly stacks: readonly StackOfFile[];
  /** Blueprint by the file in `blueprints/` that is its alone: `seoPlatform.ts`. */
  readonly blueprintFiles: Readonly<Record<string, string>>;
}

/** Every stack on each cloud on which a change may make it another, its own cloud first. */
export function affectedStacks({ changed, stacks, blueprintFiles }: AffectedArgs): readonly AffectedStack[] {
  const reaches = changed.flatMap((path) => reachOf(path, blueprintFiles));
  return everyStack(stacks).filter((stack) => reaches.some((reach) => reachesTo(reach, stack)));
}

/** Every stack on each cloud. */
export function everyStack(stacks: readonly StackOfFile[]): readonly AffectedStack[] {
  return stacks.flatMap((stack) => [
    { ...stack, own: true },
    ...clouds
      .filter((cloud) => cloud !== stack.cloud)
      .map((cloud): AffectedStack => ({ ...stack, cloud, own: false })),
  ]);
}

function reachOf(path: string, blueprintFiles: AffectedArgs["blueprintFiles"]): readonly Reach[] {
  if (unseen.some((pattern) => pattern.test(path))) return [];
  const blueprint = blueprintFiles[path];
  if (blueprint !== undefined) return [{ blueprint }];
  for (const [pattern, reach] of rows) {
    const found = pattern.exec(path);
    if (found !== null) return [reach(found)];
  }
  return [everything];
}

function reachesTo(reach: Reach, { stack, environment, blueprint, cloud }: AffectedStack): boolean {
  return (
    (reach.stack ?? stack) === stack &&
    (reach.environment ?? environment) === environment &&
    (reach.blueprint ?? blueprint) === blueprint &&
    (reach.cloud ?? cloud) === cloud
  );
}
