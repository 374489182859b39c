import type { PresetName } from "../../../blueprints/presets";
import type { Blueprint } from "../../../blueprints/blueprint";

/** What something needs or has, GiB. */
export interface Footprint {
  readonly memoryGiB: number;
  readonly diskGiB: number;
}

/** A part of what looks at a system: what is stated of its load, what that comes to, and what it has. */
export interface SizedPart {
  readonly part: string;
  /** The load, in words and figures. */
  readonly stated: string;
  /** Of each of its pods. */
  readonly needs: Footprint;
  readonly has: Footprint;
}

/** A system in one of its sizes. */
export interface SizedSystem {
  readonly preset: PresetName;
  /** As `sizeFor` makes it of the preset. */
  readonly blueprint: Blueprint;
}

/** The parts of one kind that a system has; none where it does without them. */
export type SizingReader = (system: SizedSystem) => readonly SizedPart[];

export const gibibyte = 2 ** 30;
export const daySeconds = 86_400;

/** `1,234,567`. */
export function grouped(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
