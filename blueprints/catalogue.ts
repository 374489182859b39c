import type { Blueprint } from "./blueprint";
import type { BlueprintName } from "./names";
import { seoPlatform } from "./seoPlatform";

/** Every system by name: adding a name to `blueprintNames` does not compile until it stands here. */
export const blueprints: Readonly<Record<BlueprintName, Blueprint>> = { "seo-platform": seoPlatform };
