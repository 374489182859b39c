/** Next.js calls this once, before it serves: not where it builds, nor at an edge. */
export async function register() {
  if (process.env.NEXT_RUNTIME === "nodejs") {
    const { begin } = await import("./service/lifecycle.mjs");
    await begin();
  }
}
