import { runTask } from "../src/task.mjs";

// it is run before a new version gets any pod, and once more where only what it is told changes: nothing is done the second time
process.exitCode = await runTask("migrate", () => ({ migrations: 0 }));
