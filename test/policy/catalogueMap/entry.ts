import type { Area, catalogueIds } from "./ids";

/** What the pack has for a rule of the catalogue. */
export type Entry =
  /** The rules that ask the same; where they ask less or more, the note says what and why. */
  | { readonly rules: readonly [string, ...string[]]; readonly note?: string }
  /** Why no rule can ask it, or none should. */
  | { readonly notARule: string }
  /** What is missing, and why. */
  | { readonly open: string };

/** An entry for each id of an area, and no others. */
export type CatalogueMap<A extends Area> = Readonly<Record<(typeof catalogueIds)[A][number], Entry>>;
