import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { configurationReference } from "../../config/document";

writeFileSync(join(__dirname, "../configuration.md"), configurationReference());
