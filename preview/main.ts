import "./startup";
import { runCommandLine } from "./commandLine";

// whoever reads the report may stop reading it: `preview | head`
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") {
    throw error;
  }
});

void runCommandLine(process.argv.slice(2)).then((status) => {
  // the exit is left to Node, which waits until all that was printed is out
  process.exitCode = status;
});
