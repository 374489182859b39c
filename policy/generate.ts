import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { format } from "prettier";
import { catalogue, ruleTable } from "./catalogue";
import { configSchema, packConfig } from "./config";
import { environments } from "./levels";
import { rules } from "./rules";

/** What stands in files and comes from the rules, by path from the repository's root. */
export async function generated(): Promise<ReadonlyMap<string, string>> {
  const files = new Map([
    ["docs/policies.md", await format(catalogue(rules), { parser: "markdown", printWidth: 110 })],
    ["policy/RULES.md", await format(ruleTable(rules), { parser: "markdown", printWidth: 110 })],
  ]);
  const schema = JSON.stringify(configSchema(rules));
  files.set("policy/config/schema.json", await format(schema, { parser: "json", printWidth: 110 }));
  for (const environment of environments) {
    const json = JSON.stringify(packConfig(rules, environment));
    files.set(`policy/config/${environment}.json`, await format(json, { parser: "json", printWidth: 110 }));
  }
  return files;
}

async function write(root: string): Promise<void> {
  for (const [path, content] of await generated()) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

if (require.main === module) void write(join(__dirname, ".."));
