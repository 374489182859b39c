import assert from "node:assert/strict";
import type { PolicyReport } from "../../preview/plan";
import { judge } from "../../preview/policy";
import { rules } from "../../policy/rules";
import { scene, type Line } from "./scene";

const provider: Line = ["pulumi:providers:aws", "provider"];

/** What one rule says of a scene, at prod's level. */
export function verdict(rule: string, lines: readonly Line[]): PolicyReport {
  const some = rules.filter(({ id }) => id === rule);
  assert.equal(some.length, 1, `no single rule ${rule}`);
  return judge(scene([provider, ...lines]), { environment: "prod", rules: some });
}

/** The rule declines, as it is not about the resource, or finds nothing. */
export function isFine(rule: string, ...lines: readonly Line[]): void {
  const { violations, unknown } = verdict(rule, lines);
  assert.deepEqual(violations, []);
  assert.equal(unknown, 0);
}

/** It finds something. */
export function isRefused(rule: string, ...lines: readonly Line[]): void {
  assert.notEqual(verdict(rule, lines).violations.length, 0);
}
