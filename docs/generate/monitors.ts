import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runStack } from "../../preview/program";
import { readStack } from "../../preview/stack";
import { monitorsPage } from "./monitorsReference";

const root = join(__dirname, "../..");

async function main(): Promise<void> {
  const page = await monitorsPage(async ({ stack, set }) => {
    const settings = readStack({ root, stack, set: [...set] });
    return (await runStack(settings, { root, outputs: "known", echo: false })).resources;
  });
  writeFileSync(join(root, "docs/monitors.md"), page);
}

void main();
