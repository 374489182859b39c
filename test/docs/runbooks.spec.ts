import * as assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { blueprintNames } from "../../blueprints/names";
import { clouds } from "../../components/cloud";
import type { PlanResource } from "../../preview/plan";
import { production } from "../blueprints/production";

const root = join(__dirname, "../..");

/** Where an alarm of CloudWatch or Cloud Monitoring says that its runbook is; undefined of what is no alarm. */
function runbookIn({ type, inputs }: PlanResource): string | undefined {
  const texts: Readonly<Record<string, unknown>> = {
    "aws:cloudwatch/metricAlarm:MetricAlarm": inputs["alarmDescription"],
    "gcp:monitoring/alertPolicy:AlertPolicy": (inputs["documentation"] as { content?: string } | undefined)
      ?.content,
  };
  if (!(type in texts)) return undefined;
  return / Runbook: (\S+)$/.exec(String(texts[type]))?.[1] ?? "none";
}

/** Headings of the second order of a page; none where there is no such page. */
function headingsOf(page: string): readonly string[] {
  const file = join(root, page);
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line) => (line.startsWith("## ") ? [line.slice(3)] : []));
}

describe("runbooks", () => {
  for (const cloud of clouds) {
    for (const blueprint of blueprintNames) {
      it(`are there for every alarm of ${blueprint} on ${cloud}`, async () => {
        const resources = await production(blueprint, cloud);
        const named = [...new Set(resources.flatMap((resource) => runbookIn(resource) ?? []))];
        assert.ok(named.length > 10, `${named.length} runbooks`);
        const missing = named.filter((where) => {
          const [page = "", heading = ""] = where.split("#");
          return !headingsOf(page).includes(heading);
        });
        assert.deepEqual(missing, []);
      });
    }
  }

  for (const page of readdirSync(join(root, "docs/runbooks"))) {
    it(`say in ${page} what each alarm means, what to look at and what to do`, () => {
      const [, ...parts] = readFileSync(join(root, "docs/runbooks", page), "utf8").split("\n## ");
      for (const part of parts) {
        const [heading = ""] = part.split("\n");
        assert.match(part, /\nLook at:\n\n(- .+\n)+/, heading);
        assert.match(part, /\nDo:\n\n(\d\. .+\n?)+/, heading);
      }
    });
  }
});
