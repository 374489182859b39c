/** Charts, however they are installed. */
export const charts = ["kubernetes:helm.sh/v3:Release", "kubernetes:helm.sh/v4:Chart"] as const;

/** Whether a chart goes by this name, whatever its repository. */
export function isCalled(chart: unknown, name: string): boolean {
  return typeof chart === "string" && (chart === name || chart.endsWith(`/${name}`));
}

/** What a chart's values have at a path of keys; nothing where they are none. */
export function valueAt(values: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((holder, key) => {
    const has = typeof holder === "object" && holder !== null;
    return has ? Object.entries(holder).find(([name]) => name === key)?.[1] : undefined;
  }, values);
}

/** The text there; nothing where it is something else. */
export function textAt(values: unknown, ...path: readonly string[]): string | undefined {
  const value = valueAt(values, ...path);
  return typeof value === "string" ? value : undefined;
}
