import type { PlatformServiceName, PlatformSpec } from "../components/platform/platformSpec";
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
