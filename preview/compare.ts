/** Order of two texts, by code unit and not by locale, so that a report is the same everywhere. */
export function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
