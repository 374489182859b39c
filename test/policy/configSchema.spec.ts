import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { environments } from "../../policy/levels";
import { packFolder } from "./packServer";

const read = (name: string): object =>
  // A file of JSON objects.
  JSON.parse(readFileSync(join(packFolder, "config", `${name}.json`), "utf8")) as object;

describe("policy/config/schema.json", () => {
  const validate = new Ajv2020({ strict: true, allErrors: true, strictTypes: false }).compile(read("schema"));
  const problems = (config: object): readonly string[] => {
    validate(config);
    return (validate.errors ?? [])
      .filter(({ keyword }) => keyword !== "if")
      .map(({ instancePath, message, params }) => [instancePath, message, JSON.stringify(params)].join(" "));
  };

  for (const environment of environments) {
    it(`takes ${environment}.json`, () => {
      assert.deepEqual(problems(read(environment)), []);
    });
  }

  const exemption = { name: "a", reason: "b", expires: "2027-01-01" };
  it("takes a level alone, one for all, and exemptions", () => {
    const config = {
      all: "advisory",
      "gcp-kms-rotation": "disabled",
      "aws-backup-retention": { minDays: 14, exemptions: [exemption] },
    };
    assert.deepEqual(problems(config), []);
  });

  for (const [what, config, said] of [
    ["a rule there is not", { "gcp-kms-rotate": "advisory" }, /additional properties.*gcp-kms-rotate/],
    ["a level there is not", { "gcp-kms-rotation": "strict" }, /^\/gcp-kms-rotation must be equal to one of/],
    [
      "remediation of a rule that mends nothing",
      { "aws-backup-retention": "remediate" },
      /^\/aws-backup-retention must be equal to one of/,
    ],
    [
      "a level there is not, in an object",
      { "gcp-kms-rotation": { enforcementLevel: "strict" } },
      /^\/gcp-kms-rotation\/enforcementLevel must be equal/,
    ],
    ["a setting there is not", { "gcp-kms-rotation": { days: 1 } }, /^\/gcp-kms-rotation .*"days"/],
    [
      "a setting of another type",
      { "aws-backup-retention": { minDays: "30" } },
      /^\/aws-backup-retention\/minDays must be integer/,
    ],
    [
      "an exemption without a last day",
      { "gcp-kms-rotation": { exemptions: [{ name: "a", reason: "b" }] } },
      /^\/gcp-kms-rotation\/exemptions\/0 .*expires/,
    ],
    [
      "an exemption from a critical rule",
      { "all-provider-no-static-credentials": { exemptions: [exemption] } },
      /^\/all-provider-no-static-credentials .*"exemptions"/,
    ],
  ] as const) {
    it(`refuses ${what}, by its name`, () => {
      const found = problems(config);
      assert.ok(
        found.some((problem) => said.test(problem)),
        JSON.stringify(found),
      );
    });
  }
});
