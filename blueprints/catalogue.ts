import type { Blueprint } from "./blueprint";
import { explico } from "./explico";
import { gainsly } from "./gainsly";
import type { BlueprintName } from "./names";
import { publishing } from "./publishing";
import { seoPlatform } from "./seoPlatform";
import { suuupra } from "./suuupra";

/** Every system by name: adding a name to `blueprintNames` does not compile until it stands here. */
export const blueprints: Readonly<Record<BlueprintName, Blueprint>> = {
  "seo-platform": seoPlatform,
  suuupra,
  gainsly,
  explico,
  publishing,
};
