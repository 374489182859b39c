import { runTask } from "../src/task.mjs";

process.exitCode = await runTask("recrawl", () => ({ pages: 0 }));
