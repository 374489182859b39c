import { flagDefinitions, type FlagdSpec } from "../../components/delivery/featureFlags";
import { flagdImage } from "../../components/delivery/flagd";
import type { LocalStore } from "./store";

/** flagd, with the blueprint's flags: its ports are those of its own documentation. */
export function flags(spec: FlagdSpec): LocalStore & { readonly content: string } {
  const folder = "/etc/flagd";
  return {
    content: flagDefinitions(spec),
    containers: {
      flags: {
        image: `${flagdImage.repository}:${flagdImage.version}`,
        command: ["start", "--uri", `file:${folder}/flags.json`],
        configs: [{ source: "flags", target: `${folder}/flags.json` }],
      },
    },
    // its image has nothing to ask it with; no service waits for it, each has defaults of its own
    ready: { flags: "service_started" },
    environment: () => ({
      FLAGD_RESOLVER: "rpc",
      FLAGD_HOST: "flags",
      FLAGD_PORT: "8013",
      FLAGD_TLS: "false",
      OFREP_ENDPOINT: "http://flags:8016",
    }),
    passwords: [],
  };
}
