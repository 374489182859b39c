import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemsPage } from "./systemsReference";

async function main(): Promise<void> {
  writeFileSync(join(__dirname, "../systems.md"), await systemsPage());
}

void main();
