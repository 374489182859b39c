import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { configurationReference } from "../../config/document";

async function main(): Promise<void> {
  writeFileSync(join(__dirname, "../configuration.md"), await configurationReference());
}

void main();
