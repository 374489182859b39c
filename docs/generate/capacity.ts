import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { configOf, stackValues } from "../../test/config/stackFiles";
import { capacityPage } from "./capacityReference";

async function main(): Promise<void> {
  const page = await capacityPage(
    (blueprint, cloud) => configOf({ ...stackValues("prod"), blueprint, cloud }).capacity,
  );
  writeFileSync(join(__dirname, "../capacity.md"), page);
}

void main();
