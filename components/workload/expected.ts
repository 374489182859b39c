/** Refuses what does not fit: the key, what was expected there and what came. */
export function expect(fits: boolean, key: string, what: string, got: string | number | undefined): void {
  if (!fits) throw expected(key, what, got);
}

/** Why something is refused. */
export function expected(key: string, what: string, got: string | number | undefined): RangeError {
  return new RangeError(`${key}: expected ${what}, got ${typeof got === "number" ? got : `"${got}"`}`);
}

/** Refuses what is no whole number between two, both among them; what is not given is left alone. */
export function expectWithin(
  key: string,
  value: number | undefined,
  [least, most]: readonly [least: number, most: number],
): void {
  const fits = value === undefined || (Number.isInteger(value) && value >= least && value <= most);
  expect(fits, key, `a whole number from ${least} to ${most}`, value);
}
