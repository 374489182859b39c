import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { slosReference } from "./slosReference";

const file = join(__dirname, "../slo.md");

async function main(): Promise<void> {
  writeFileSync(file, await slosReference(readFileSync(file, "utf8")));
}

void main();
