import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { PackageId } from "./plugin/service";

const manifest = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  version: z.string().default(""),
  pulumi: z.object({ resource: z.boolean().default(false), name: z.string().optional() }).optional(),
});

/** The packages for which the program's SDKs ask the engine for a plugin, each at the version that its SDK names. */
export function pluginPackages(root: string): readonly PackageId[] {
  const { dependencies } = readManifest(join(root, "package.json"));
  return Object.keys(dependencies).flatMap((dependency) => {
    const file = join(root, "node_modules", dependency, "package.json");
    if (!existsSync(file)) {
      throw new Error(`${dependency}: expected it in node_modules: run npm ci`);
    }
    const { pulumi, version } = readManifest(file);
    return pulumi?.resource === true
      ? [{ name: pulumi.name ?? dependency.replace("@pulumi/", ""), version }]
      : [];
  });
}

function readManifest(file: string): z.infer<typeof manifest> {
  return manifest.parse(JSON.parse(readFileSync(file, "utf8")));
}
