import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { AlertCases, CasesOfAlert } from "./cases";

const folder = join(__dirname, "cases");

/** Every alert's cases, by its name. */
export function allCases(): ReadonlyMap<string, CasesOfAlert> {
  const load = createRequire(__filename);
  const cases = new Map<string, CasesOfAlert>();
  for (const file of readdirSync(folder)) {
    // what the files of the folder export is what they are for
    const exported = load(join(folder, file)) as Readonly<Record<string, AlertCases>>;
    for (const [alert, ofAlert] of Object.values(exported).flatMap((some) => Object.entries(some))) {
      if (cases.has(alert)) throw new Error(`${file}: ${alert} has its cases in another file`);
      cases.set(alert, ofAlert);
    }
  }
  return cases;
}
