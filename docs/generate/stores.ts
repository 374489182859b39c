import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { storesReference } from "./storesReference";

const root = join(__dirname, "../..");

async function main(): Promise<void> {
  const page = await storesReference(root);
  writeFileSync(join(root, "docs/stores.md"), page);
  process.stdout.write(page);
}

void main();
