import "../preview/startup";
import { runOperations } from "./commandLine";

void runOperations(process.argv.slice(2)).then((status) => {
  // the exit is left to Node, which waits until all that was printed is out
  process.exitCode = status;
});
