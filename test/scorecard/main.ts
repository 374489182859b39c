import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { scorecard } from "./scorecard";

/** Prints the table of secure defaults and writes it to the docs. */
async function main(): Promise<void> {
  const table = await scorecard();
  writeFileSync(join(__dirname, "../../docs/scorecard.md"), table);
  process.stdout.write(table);
  process.exitCode = table.includes("✗") ? 1 : 0;
}

void main();
