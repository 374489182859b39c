import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parityReference } from "./parityReference";

const root = join(__dirname, "../..");

async function main(): Promise<void> {
  writeFileSync(join(root, "docs/parity.md"), await parityReference(root));
}

void main();
