import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runStack } from "../../preview/program";
import { readStack } from "../../preview/stack";
import { dashboardsPage } from "./dashboardsReference";

const root = join(__dirname, "../..");

async function main(): Promise<void> {
  const page = await dashboardsPage(async (blueprint, cloud) => {
    const stack = readStack({ root, stack: "prod", set: [`blueprint=${blueprint}`, `cloud=${cloud}`] });
    return (await runStack(stack, { root, outputs: "known", echo: false })).resources;
  });
  writeFileSync(join(root, "docs/dashboards.md"), page);
}

void main();
