import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { sizingPage } from "./sizing/page";

async function main(): Promise<void> {
  writeFileSync(join(__dirname, "../observability-sizing.md"), await sizingPage());
}

void main();
