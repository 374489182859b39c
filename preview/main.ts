import "./startup";
import { runCommandLine } from "./commandLine";

void runCommandLine(process.argv.slice(2)).then((status) => {
  // the exit is left to Node, which waits until all that was printed is out
  process.exitCode = status;
});
