import type { RowId } from "./rows";
import type { Hold } from "./scene";
import { explico } from "./explico";
import { gainsly } from "./gainsly";
import { publishing } from "./publishing";
import { seoPlatform } from "./seoPlatform";
import { suuupra } from "./suuupra";

/** What is held of each row. */
export const claims: Readonly<Record<RowId, Readonly<Record<string, Hold>>>> = {
  ...seoPlatform,
  ...explico,
  ...suuupra,
  ...gainsly,
  ...publishing,
};
