import { loadConfig } from "./config/load";

// first of all, so that a stack with something wrong says so before the rest, most of it the cloud's SDK, is loaded
const config = loadConfig();

// eslint-disable-next-line @typescript-eslint/no-require-imports -- any other import is carried out before what stands above it
import platform = require("./platform");
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the same
import containers = require("./containers");

/** The stack's outputs: `PlatformOutputs` says what each of them is. */
export = (config.orchestrator === "containers"
  ? new containers.Containers(config)
  : new platform.Platform(config)
).outputs;
