import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Json, PlanResource } from "../../preview/plan";
import { findTool } from "../support/tools";

/** Alertmanager's own tool; undefined where the machine has none. */
const amtool = findTool("amtool");

/** A stack's configuration of Alertmanager, as the values of its release have it. */
export function alertmanagerConfigOf(resources: readonly PlanResource[]): Readonly<Record<string, Json>> {
  const release = resources.find(({ inputs }) => inputs["chart"] === "kube-prometheus-stack");
  const { alertmanager } = release?.inputs["values"] as {
    readonly alertmanager: { readonly config: Readonly<Record<string, Json>> };
  };
  return alertmanager.config;
}

/**
 * Runs amtool over a configuration. Before 0.26 it knows no `url_file` of webhooks (Debian 12 has 0.25, the stack's
 * Alertmanager is newer): it is shown a URL in its place, and all else as it is.
 */
function run(config: object, args: (file: string) => readonly string[]): string {
  assert.ok(amtool !== undefined);
  const folder = mkdtempSync(join(tmpdir(), "amtool-"));
  try {
    const file = join(folder, "alertmanager.yaml");
    const text = stringify(config, { aliasDuplicateObjects: false });
    writeFileSync(
      file,
      text.replace(/\burl_file: (\S+)$/gm, (whole, path: string) =>
        isOld() ? `url: http://file${path}` : whole,
      ),
    );
    const { status, stdout, stderr } = spawnSync(amtool, args(file), { encoding: "utf8" });
    assert.equal(status, 0, `${stdout}${stderr}`);
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

let old: boolean | undefined;
function isOld(): boolean {
  old ??= saysOld();
  return old;
}

function saysOld(): boolean {
  const { stdout } = spawnSync(amtool ?? "", ["--version"], { encoding: "utf8" });
  const [, minor = "0"] = /version 0\.(\d+)/.exec(stdout) ?? [];
  return Number(minor) < 26 && stdout.includes("version 0.");
}

/** What amtool says of a configuration that it takes; fails where it does not. */
export function checkConfig(config: object): string {
  return run(config, (file) => ["check-config", file]);
}

const answers = new Map<string, readonly string[]>();

/** Who is told of an alert; asked once of configurations that are the same, as both clouds' are. */
export function receiversOf(config: object, labels: Readonly<Record<string, string>>): readonly string[] {
  const matchers = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
  const asked = JSON.stringify([config, matchers]);
  const answer = answers.get(asked) ?? askReceivers(config, matchers);
  answers.set(asked, answer);
  return answer;
}

function askReceivers(config: object, matchers: readonly string[]): readonly string[] {
  return run(config, (file) => ["config", "routes", "test", `--config.file=${file}`, ...matchers])
    .trim()
    .split(",");
}
