import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { page, pagePath } from "./page";

void page().then((text) => {
  writeFileSync(join(__dirname, "../../..", pagePath), text);
});
