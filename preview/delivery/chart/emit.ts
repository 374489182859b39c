import { stringify } from "yaml";
import type { Json } from "../../plan";
import type { TemplateNode, TemplatePart } from "./node";

/** A template's text, without a newline at its end. */
export function emit(node: TemplateNode, indent = 0): string {
  return linesOf(node, indent).join("\n");
}

function linesOf(node: TemplateNode, indent: number): readonly string[] {
  switch (node.kind) {
    case "fields":
      return node.fields.flatMap((part) => conditional(part, indent, fieldLines(part, indent)));
    case "items":
      return [
        ...node.items.flatMap((part) => conditional(part, indent, itemLines(part.node, indent))),
        ...(node.more === undefined ? [] : [`${pad(indent)}{{- ${node.more} | nindent ${indent} }}`]),
      ];
    case "literal":
      return literalLines(node.value, indent);
    case "inline":
    case "text":
    case "block":
      return [`${pad(indent)}${scalar(node)}`];
  }
}

function conditional({ when }: TemplatePart, indent: number, lines: readonly string[]): readonly string[] {
  return when === undefined
    ? lines
    : [`${pad(indent)}{{- if ${when} }}`, ...lines, `${pad(indent)}{{- end }}`];
}

function fieldLines({ key, node }: TemplatePart, indent: number): readonly string[] {
  const name = literalLines({ [key]: 0 }, indent)[0]?.replace(/ 0$/, "") ?? "";
  switch (node.kind) {
    case "literal":
      return literalLines({ [key]: node.value }, indent);
    case "fields":
      return [name, ...linesOf(node, indent + 2)];
    case "items":
      return [name, ...linesOf(node, indent + 2)];
    case "block":
      return [name, `${pad(indent + 2)}{{- ${node.expression} | nindent ${indent + 2} }}`];
    case "inline":
    case "text":
      return [`${name} ${scalar(node)}`];
  }
}

function itemLines(node: TemplateNode, indent: number): readonly string[] {
  if (node.kind === "literal") return literalLines([node.value], indent);
  if (node.kind !== "fields" && node.kind !== "items") return [`${pad(indent)}- ${scalar(node)}`];
  const parts = node.kind === "fields" ? node.fields : node.items;
  const lines = linesOf(node, indent + 2);
  // a dash before a condition would stand alone when that does not hold
  return parts[0]?.when === undefined && lines[0] !== undefined
    ? [`${pad(indent)}- ${lines[0].trimStart()}`, ...lines.slice(1)]
    : [`${pad(indent)}-`, ...lines];
}

function scalar(node: Exclude<TemplateNode, { kind: "fields" | "items" | "literal" }>): string {
  if (node.kind !== "text") return `{{ ${node.expression} }}`;
  const pieces = node.pieces.map((piece) =>
    typeof piece === "string" ? escaped(JSON.stringify(piece).slice(1, -1)) : `{{ ${piece.expression} }}`,
  );
  return `"${pieces.join("")}"`;
}

function literalLines(value: Json, indent: number): readonly string[] {
  const text = stringify(value, { compat: "yaml-1.1", lineWidth: 0, aliasDuplicateObjects: false });
  return escaped(text.replace(/\n$/, ""))
    .split("\n")
    .map((line) => (line === "" ? line : `${pad(indent)}${line}`));
}

/** Braces of other templates (Argo Rollouts', Prometheus') are not Helm's. */
export function escaped(text: string): string {
  return text.replace(/\{\{|\}\}/g, (braces) => `{{ "${braces}" }}`);
}

function pad(indent: number): string {
  return " ".repeat(indent);
}
