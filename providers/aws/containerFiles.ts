import type { CaBundle } from "../../components/identity/workloadIdentity";
import { authoritiesPath } from "../../components/containers/plan";
import type { Runtime } from "../../components/workload/spec";
import type * as pulumi from "@pulumi/pulumi";

/** A file that is written before a service starts. */
export interface WrittenFile {
  readonly path: string;
  /** Variable of the container that writes it. */
  readonly variable: string;
  readonly content: pulumi.Output<string>;
  /** Variable by which the service finds it. */
  readonly told: string;
}

/** The bundles as files. */
export function authorityFiles(bundles: Readonly<Record<string, CaBundle>>): readonly WrittenFile[] {
  return Object.entries(bundles).map(([store, { variable, pem }]) => ({
    path: `${authoritiesPath}/${store}.pem`,
    variable: `AUTHORITIES_${store.toUpperCase().replaceAll("-", "_")}`,
    content: pem,
    told: variable,
  }));
}

/** What the directories are that anybody may write to, each only what is their own. */
const openMode = "1777";

/**
 * What runs before a service, by the interpreter of its own image: it opens the directories, which ECS makes for root alone
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html), and writes the files. It is told of both
 * here and nowhere else, so that nothing from outside can name another path.
 */
export function preparingCommand(
  runtime: Runtime | undefined,
  directories: readonly string[],
  files: readonly Pick<WrittenFile, "path" | "variable">[],
): { readonly entryPoint: readonly string[]; readonly command: readonly string[] } {
  switch (runtime) {
    case "node":
      return {
        entryPoint: ["node"],
        command: [
          "-e",
          [
            'const fs = require("fs");',
            ...directories.map((path) => `fs.chmodSync("${path}", 0o${openMode});`),
            ...files.map(({ path, variable }) => `fs.writeFileSync("${path}", process.env.${variable});`),
          ].join("\n"),
        ],
      };
    case "python":
      return {
        entryPoint: ["python3"],
        command: [
          "-c",
          [
            "import os",
            ...directories.map((path) => `os.chmod("${path}", 0o${openMode})`),
            ...files.map(({ path, variable }) => `open("${path}", "w").write(os.environ["${variable}"])`),
          ].join("\n"),
        ],
      };
    case "go":
    case undefined:
      return {
        entryPoint: ["sh"],
        command: [
          "-ec",
          [
            ...directories.map((path) => `chmod ${openMode} "${path}"`),
            ...files.map(({ path, variable }) => `printf '%s' "$${variable}" > "${path}"`),
          ].join("\n"),
        ],
      };
  }
}

/** What a task's clock ends with, as `timeout` of GNU does. */
export const timedOutCode = 124;

/**
 * A clock beside a task, by the interpreter of its own image: when it ends, ECS ends all of the task, which has no limit of
 * time of its own.
 */
export function clockCommand(
  runtime: Runtime | undefined,
  seconds: number,
): { readonly entryPoint: readonly string[]; readonly command: readonly string[] } {
  switch (runtime) {
    case "node":
      return {
        entryPoint: ["node"],
        command: [
          "-e",
          `process.on("SIGTERM", () => process.exit(0)); setTimeout(() => process.exit(${timedOutCode}), ${seconds * 1000});`,
        ],
      };
    case "python":
      return {
        entryPoint: ["python3"],
        command: [
          "-c",
          [
            "import signal, sys, time",
            "signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))",
            `time.sleep(${seconds})`,
            `sys.exit(${timedOutCode})`,
          ].join("\n"),
        ],
      };
    case "go":
    case undefined:
      return {
        entryPoint: ["sh"],
        command: ["-c", `trap "exit 0" TERM\nsleep ${seconds} & wait $!\nexit ${timedOutCode}`],
      };
  }
}
