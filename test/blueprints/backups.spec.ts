import assert from "node:assert/strict";
import { blueprintNames } from "../../blueprints/names";
import { type Cloud, clouds } from "../../components/cloud";
import type { PlanResource } from "../../preview/plan";
import { runStack } from "../../preview/program";
import { readStack } from "../../preview/stack";
import { production } from "./production";

const root = `${__dirname}/../..`;

/** Relational servers of each blueprint, whose backups are locked (docs: S1.2, S2.2, S3.3, S5.2). */
const servers: Readonly<Record<string, readonly string[]>> = {
  "seo-platform": ["postgres"],
  explico: ["postgres"],
  suuupra: ["mysql", "postgres"],
  gainsly: [],
  publishing: ["postgres"],
};

const listed = (names: readonly string[] = []): string =>
  names.length === 0 ? "nothing" : names.join(" and ");

/** Servers that a stack keeps in its vault, by the names of their stores. */
function kept(resources: readonly PlanResource[], cloud: Cloud): readonly string[] {
  const named = (text: string): readonly string[] =>
    [...text.matchAll(/-prod-(mysql|postgres)\b/g)].flatMap(([, store = ""]) => store);
  const texts =
    cloud === "aws"
      ? resources
          .filter(({ type, name }) => type.startsWith("aws:backup/selection:") && name.endsWith("-backups"))
          .map(({ inputs }) => JSON.stringify(inputs["resources"]))
      : resources
          .filter(({ type, name }) => type.startsWith("gcp:workflows/") && name.endsWith("-backups-save"))
          .map(({ inputs }) => JSON.stringify(inputs["sourceContents"]));
  return [...new Set(texts.flatMap(named))].sort();
}

/** What holds the backups that count. */
const holds = {
  aws: { type: "aws:backup/vault:Vault", name: "-backups-copy", there: /us-west-2/ },
  gcp: { type: "gcp:storage/bucket:Bucket", name: "-backups", there: /US-WEST1|us-west1/ },
} as const;

describe("the vault of backups", () => {
  for (const cloud of clouds) {
    for (const blueprint of blueprintNames) {
      it(`keeps ${listed(servers[blueprint])} of ${blueprint} on ${cloud}, in the other region`, async () => {
        const resources = await production(blueprint, cloud);
        assert.deepEqual(kept(resources, cloud), servers[blueprint]);
        const { type, name, there } = holds[cloud];
        const vaults = resources.filter(
          (one) => one.type === type && one.name === `${blueprint}-prod${name}`,
        );
        assert.equal(vaults.length, servers[blueprint]?.length === 0 ? 0 : 1);
        for (const { inputs } of vaults) assert.match(JSON.stringify(inputs), there);
      });
    }

    for (const [stack, drill] of [
      ["dev", undefined],
      ["staging", "monthly"],
      ["prod", "weekly"],
    ] as const) {
      it(`is ${drill === undefined ? "not there" : `rehearsed ${drill}`} in ${stack} on ${cloud}`, async () => {
        const read = readStack({ root, stack, set: ["blueprint=publishing", `cloud=${cloud}`] });
        const { resources } = await runStack(read, { root, outputs: "known", echo: false });
        const of = (type: string) =>
          resources.filter((one) => one.type === type && /-backups/.test(one.name));
        const cron =
          cloud === "aws"
            ? of("aws:backup/restoreTestingPlan:RestoreTestingPlan").map(
                ({ inputs }) => inputs["scheduleExpression"],
              )
            : of("gcp:cloudscheduler/job:Job")
                .filter(({ name }) => name.endsWith("-drill"))
                .map(({ inputs }) => inputs["schedule"]);
        const crons = {
          aws: { monthly: "cron(0 14 1 * ? *)", weekly: "cron(0 14 ? * MON *)" },
          gcp: { monthly: "0 14 1 * *", weekly: "0 14 * * 1" },
        } as const;
        assert.deepEqual(cron, drill === undefined ? [] : [crons[cloud][drill]]);
        if (drill === undefined)
          assert.deepEqual(
            resources.filter(({ name }) => name.includes("-backups")),
            [],
          );
      });
    }
  }

  for (const [key, value, says] of [
    ["backups.lock", "forever", /groundwork:backups\.lock/],
    ["backups.drill", "yearly", /groundwork:backups\.drill/],
    ["backups.retentionDays", "36", /groundwork:backups\.retentionDays/],
  ] as const) {
    it(`refuses ${key} of ${value}`, async () => {
      const read = readStack({ root, stack: "prod", set: [`${key}=${value}`] });
      await assert.rejects(runStack(read, { root, outputs: "known", echo: false }), says);
    });
  }
});
