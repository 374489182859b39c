/* Whether it is ready: shared with the routes, which Next.js bundles apart from what is called as it starts. */
const key = Symbol.for("groundwork.sample.state");

export function stateOf() {
  globalThis[key] ??= { now: "starting" };
  return globalThis[key];
}
