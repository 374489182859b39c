import { loadConfig } from "./config/load";

// first of all, so that a stack with something wrong says so before the rest, most of it the cloud's SDK, is loaded
const config = loadConfig();

// eslint-disable-next-line @typescript-eslint/no-require-imports -- any other import is carried out before what stands above it
import platform = require("./platform");

/** The stack's outputs: `PlatformOutputs` says what each of them is. */
export = new platform.Platform(config).outputs;
