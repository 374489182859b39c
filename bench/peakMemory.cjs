// Preloaded into each measured process: tells its peak resident memory (KiB, as the kernel counts it) at its exit.
process.on("exit", () => {
  try {
    require("node:fs").writeSync(3, JSON.stringify({ peakKiB: process.resourceUsage().maxRSS }) + "\n");
  } catch {
    // descriptor 3 is not open: run by hand
  }
});
