import type { PlatformServiceName, PlatformSpec } from "../components/platform/platformSpec";
import { meshModes } from "../components/mesh/istioSpec";
import type { Blueprint } from "../blueprints/blueprint";
import { planMesh } from "../components/mesh/istioSpec";
import { type ConfigProblem, show } from "./errors";
import { z } from "zod";
import { present } from "./present";

/** A service of the platform as a stack file names it: whether it is there, and what else there is to say of it. */
function service<Fields extends z.ZodRawShape>(what: string, fields: Fields) {
  return z
    .strictObject({
      enabled: z
        .boolean({ error: "true or false" })
        .optional()
        .describe(`whether ${what}; the blueprint decides where it is not given`),
      ...fields,
    })
    .optional();
}

/** Schema of `groundwork:platform`. */
export const platformServices = z.strictObject({
  externalDns: service(
    "external-dns makes records of names that applications add below the domain, where they ask for it",
    {},
  ),
  reloader: service("Reloader rolls workloads whose Secrets or ConfigMaps have changed", {}),
  istio: service("the system's services are in a mesh of Istio", {
    mode: z
      .enum(meshModes)
      .optional()
      .describe(
        "how pods are in the mesh: by a proxy in each (`sidecar`, where nothing is said), or on each node (`ambient`)",
      ),
    egressHosts: z
      .array(z.string())
      .optional()
      .describe(
        "DNS names outside to which services get that call the internet, and to no other; not where the mode is `ambient`",
      ),
  }),
} satisfies Record<PlatformServiceName, unknown>);

type PlatformFile = z.infer<typeof platformServices>;

/** What the stack says of a service takes the place of what the blueprint says: that it is there, and each of its settings. */
export function platformOf(asked: PlatformSpec, said: PlatformFile): PlatformSpec {
  const names = [...new Set([...Object.keys(asked), ...Object.keys(said)])] as readonly PlatformServiceName[];
  return Object.fromEntries(
    names.flatMap((name) => {
      const { enabled = asked[name] !== undefined, ...settings } = said[name] ?? {};
      return enabled ? [[name, { ...asked[name], ...present(settings) }]] : [];
    }),
  );
}

/** What of the platform's services does not fit the blueprint's pods, or each other. */
export function checkPlatform({ name, platform, podRuntime }: Blueprint): ConfigProblem[] {
  const { istio } = platform;
  if (istio === undefined) return [];
  if (podRuntime === "serverless") {
    const expected = `false where groundwork:blueprint is ${name}, whose pods run without nodes of ours: Istio redirects pods' traffic by a plugin on each node`;
    return [{ key: "platform.istio.enabled", expected, got: "true" }];
  }
  try {
    planMesh(istio);
    return [];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const [, key = "istio", expected = error.message] =
      /^(\S+): expected (.*), got /.exec(error.message) ?? [];
    return [{ key: `platform.${key}`, expected, got: show(istio.egressHosts) }];
  }
}
