/** Seconds of a duration as Google writes it, `"7776000s"`; not a number for what is none. */
export function secondsOf(duration: string | undefined): number {
  return Number(/^(\d+(\.\d+)?)s$/.exec(duration ?? "")?.[1]);
}
