import { refuse, type VersionProblem } from "../cluster/upgrade";

/** Relational engines whose servers are upgraded in place. */
export type SqlEngine = "postgres" | "mysql";

/** MySQL's series in the order in which a server goes through them; 8.1 to 8.3 were none that clouds kept. */
const mysqlSeries = ["5.7", "8.0", "8.4"];

/** How the majors of an engine follow each other. */
const engines: Readonly<
  Record<SqlEngine, { readonly pattern: RegExp; readonly place: (major: string) => number }>
> = {
  // 17 of `17`, `17.6` and `POSTGRES_17`
  postgres: { pattern: /^(?:POSTGRES_)?(\d+)(?:\.\d+)*$/, place: Number },
  // 8.4 of `8.4`, `8.4.6` and `MYSQL_8_4`
  mysql: { pattern: /^(?:MYSQL_)?(\d+[._]\d+)(?:[._]\d+)*$/, place: (series) => mysqlSeries.indexOf(series) },
};

/** @throws Error where a server can't be had of the version */
export function checkSqlVersion(versions: readonly string[], version: string): void {
  if (!versions.includes(version)) {
    throw new Error(`version: expected one of ${versions.join(", ")}, got "${version}"`);
  }
}

/** The major of a version as the config, RDS or Cloud SQL write it; undefined where it is none. */
export function sqlMajor(engine: SqlEngine, version: string): string | undefined {
  return engines[engine].pattern.exec(version)?.[1]?.replace("_", ".");
}

/** What is wrong with taking a server from one version to another: never back, one major at a time. */
export function sqlStep(engine: SqlEngine, running: string, wanted: string): VersionProblem | undefined {
  const [from, to] = [sqlMajor(engine, running), sqlMajor(engine, wanted)];
  if (from === undefined || to === undefined) {
    return { expected: `a version of ${engine}, as the server runs ${running}`, got: wanted };
  }
  if (from === to) return undefined;
  const { place } = engines[engine];
  const [first, last] = [place(from), place(to)];
  if (engine === "mysql" && (first < 0 || last < 0)) {
    return { expected: `one of ${mysqlSeries.join(", ")}, as the server runs ${running}`, got: wanted };
  }
  if (last < first) {
    return {
      expected: `${from} or newer, as the server runs ${running} and never goes back; restore a backup into another server for that`,
      got: wanted,
    };
  }
  return last === first + 1
    ? undefined
    : {
        expected: `${from} or the major after it, as the server runs ${running} and goes one major at a time; update the stack to each in turn`,
        got: wanted,
      };
}

/**
 * Throws what is wrong with that step, naming the key of the stack file.
 *
 * @param allowed whether the stack says that it may be another major: an outage, of which somebody has to choose the hour
 */
export function checkSqlStep(
  engine: SqlEngine,
  running: string | undefined,
  wanted: string | undefined,
  allowed = true,
): void {
  if (running === undefined || wanted === undefined) return;
  refuse(`${engine}.version`, sqlStep(engine, running, wanted));
  if (!allowed && sqlMajor(engine, running) !== sqlMajor(engine, wanted)) {
    refuse(`${engine}.allowMajorUpgrade`, {
      expected: `true for the update that takes the server from ${running} to another major, which is an outage at once`,
      got: `false with ${engine}.version ${wanted}`,
    });
  }
}
