import { loadConfig } from "./config/load";
import { Platform } from "./platform";

/** The stack's outputs: `PlatformOutputs` says what each of them is. */
export = new Platform(loadConfig()).outputs;
