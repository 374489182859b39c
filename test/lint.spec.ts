import assert from "node:assert/strict";
import { join } from "node:path";
import { ESLint, Linter } from "eslint";
import { parser, plugin } from "typescript-eslint";

const rule = "@typescript-eslint/no-restricted-imports";

/** What the project's own linter says of a file's imports; it need not be there. */
async function saidOf(file: string, code: string): Promise<readonly string[]> {
  const eslint = new ESLint({ cwd: join(__dirname, "..") });
  // its declaration answers `any`
  const { rules } = (await eslint.calculateConfigForFile(file)) as Linter.Config;
  const setting = rules?.[rule] ?? assert.fail(`nothing restricts the imports of ${file}`);
  return new Linter()
    .verify(
      code,
      {
        files: ["**/*.ts"],
        languageOptions: { parser },
        plugins: { "@typescript-eslint": plugin },
        rules: { [rule]: setting },
      },
      file,
    )
    .map(({ message }) => message);
}

const refused: readonly (readonly [file: string, ...imports: readonly string[]])[] = [
  ["index.ts", 'import { x } from "./providers";', 'import { x } from "./components/names";'],
  [
    "platform.ts",
    'import * as aws from "@pulumi/aws";',
    'import { AwsNetwork } from "./providers/aws/network";',
    'import { loadConfig } from "./config/load";',
    'import { blueprints } from "./blueprints/catalogue";',
    'import { judge } from "./preview/policy";',
  ],
  [
    "config/x.ts",
    'import { cloudProvider } from "../providers";',
    'import { rules } from "../policy/rules";',
    'import type { Plan } from "../preview/plan";',
    'import { Platform } from "../platform";',
    'import * as gcp from "@pulumi/gcp";',
  ],
  [
    "components/network/x.ts",
    'import * as eks from "@pulumi/eks";',
    'import type { StackConfig } from "../../config/resolve";',
    'import { AwsNetwork } from "../../providers/aws/network";',
    'import type { Blueprint } from "../../blueprints/blueprint";',
    'import { Platform } from "../../platform";',
  ],
  [
    "operations/health/x.ts",
    'import * as aws from "@pulumi/aws";',
    'import { cloudProvider } from "../../providers";',
    'import { loadConfig } from "../../config/load";',
    'import { blueprints } from "../../blueprints/catalogue";',
    'import { Platform } from "../../platform";',
  ],
  [
    "blueprints/x.ts",
    'import { System } from "../components/workload/system";',
    'import type { StackConfig } from "../config/resolve";',
    'import * as aws from "@pulumi/aws";',
  ],
  [
    "providers/aws/x.ts",
    'import { GcpNetwork } from "../gcp/network";',
    'import * as gcp from "@pulumi/gcp";',
    'import { loadConfig } from "../../config/load";',
    'import { blueprints } from "../../blueprints/catalogue";',
    'import { judge } from "../../preview/policy";',
  ],
  [
    "providers/gcp/x.ts",
    'import { AwsNetwork } from "../aws/network";',
    'import * as aws from "@pulumi/aws";',
    'import * as eks from "@pulumi/eks";',
    'import { rules } from "../../policy/rules";',
  ],
  [
    "policy/aws/x.ts",
    'import type { Plan } from "../../preview/plan";',
    'import { clouds } from "../../components/cloud";',
    'import type { StackConfig } from "../../config/resolve";',
  ],
  [
    "preview/report/x.ts",
    'import { clouds } from "../../components/cloud";',
    'import { loadConfig } from "../../config/load";',
    'import { cloudProvider } from "../../providers";',
    'import { blueprints } from "../../blueprints/catalogue";',
    'import { Platform } from "../../platform";',
    'import { run } from "../../test/support/run";',
  ],
  [
    "local/x.ts",
    'import { runStack } from "../preview/program";',
    'import { cloudProvider } from "../providers";',
    'import * as aws from "@pulumi/aws";',
  ],
  [
    "bootstrap/x.ts",
    'import { loadConfig } from "../config/load";',
    'import { rules } from "../policy/rules";',
  ],
];

const taken: readonly (readonly [file: string, ...imports: readonly string[]])[] = [
  ["index.ts", 'import { loadConfig } from "./config/load";', 'import { Platform } from "./platform";'],
  [
    "platform.ts",
    'import { cloudProvider } from "./providers";',
    'import type { StackConfig } from "./config/resolve";',
    'import { System } from "./components/workload/system";',
  ],
  [
    "config/x.ts",
    'import { clouds } from "../components/cloud";',
    'import { names } from "../blueprints/names";',
  ],
  ["blueprints/x.ts", 'import type { Spec } from "../components/workload/spec";'],
  ["components/workload/x.ts", 'import { names } from "../platform/names";'],
  [
    "providers/aws/x.ts",
    'import * as aws from "@pulumi/aws";',
    'import type { StackConfig } from "../../config/resolve";',
    'import { clouds } from "../../components/cloud";',
  ],
  ["providers/index.ts", 'import { awsProvider } from "./aws";', 'import { gcpProvider } from "./gcp";'],
  ["policy/x.ts", 'import { packConfig } from "./config";'],
  ["preview/x.ts", 'import { rules } from "../policy/rules";'],
  ["local/x.ts", 'import { blueprints } from "../blueprints/catalogue";'],
  ["bootstrap/x.ts", 'import { AwsKey } from "../providers/aws/key";'],
];

describe("the linter", () => {
  for (const [file, ...imports] of refused) {
    it(`keeps ${file} from what it may not import`, async () => {
      for (const code of imports) {
        assert.equal((await saidOf(file, code)).length, 1, code);
      }
    });
  }
  for (const [file, ...imports] of taken) {
    it(`lets ${file} import what it may`, async () => {
      assert.deepEqual(await saidOf(file, imports.join("\n")), []);
    });
  }
});
