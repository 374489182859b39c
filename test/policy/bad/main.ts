import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { scannersPath, withScanners } from "../scanners/page";
import { page, pagePath } from "./page";

const root = join(__dirname, "../../..");

async function write(): Promise<void> {
  writeFileSync(join(root, pagePath), await page());
  const proofs = join(root, scannersPath);
  writeFileSync(proofs, await withScanners(readFileSync(proofs, "utf8")));
}

void write();
