import type { Json } from "../../plan";

/** A part of a template: YAML with places where values go in. */
export type TemplateNode =
  /** What is the same everywhere. */
  | { readonly kind: "literal"; readonly value: Json }
  /** One value, by an expression that ends in YAML of one line: `$service.replicas | int`. */
  | { readonly kind: "inline"; readonly expression: string }
  /** Text with values in it. */
  | { readonly kind: "text"; readonly pieces: readonly (string | { readonly expression: string })[] }
  /** YAML of several lines, by an expression. */
  | { readonly kind: "block"; readonly expression: string }
  | { readonly kind: "fields"; readonly fields: readonly TemplatePart[] }
  | { readonly kind: "items"; readonly items: readonly TemplatePart[]; readonly more?: string };

/** A field or an item, and when it is there. */
export interface TemplatePart {
  /** Name of a field; empty of an item. */
  readonly key: string;
  readonly node: TemplateNode;
  /** @default - always */
  readonly when?: string;
}

/** A value for each stack that has it, by the stack's name. */
export type Variants = ReadonlyMap<string, Json>;
