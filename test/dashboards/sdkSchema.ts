import { dirname, join } from "node:path";
import ts from "typescript";

/** A JSON schema, as far as types say one. */
type Schema = Readonly<Record<string, unknown>>;

const plainTypes: readonly (readonly [flags: ts.TypeFlags, schema: Schema])[] = [
  [ts.TypeFlags.Any | ts.TypeFlags.Unknown, {}],
  [ts.TypeFlags.Null, { type: "null" }],
  [ts.TypeFlags.String, { type: "string" }],
  [ts.TypeFlags.Number, { type: "number" }],
  [ts.TypeFlags.Boolean, { type: "boolean" }],
];

const sdk = dirname(require.resolve("@grafana/grafana-foundation-sdk/dashboard"));

/** Declarations of one of the SDK's packages. */
function declarations(of: string): string {
  return join(sdk, "..", of, "types.gen.d.ts");
}

/** JSON schemas of the SDK's own types, in the version that is installed: nothing may be in an object that its type has not. */
export class SdkSchemas {
  readonly #program: ts.Program;
  readonly #checker: ts.TypeChecker;

  /** @param packages - of the SDK, whose types are asked for */
  constructor(packages: readonly string[]) {
    this.#program = ts.createProgram(packages.map(declarations), {
      strict: true,
      skipLibCheck: true,
      types: [],
      module: ts.ModuleKind.Node20,
    });
    this.#checker = this.#program.getTypeChecker();
  }

  /** @throws Error where the package exports no such type */
  of(from: string, name: string): Schema {
    const source = this.#program.getSourceFile(declarations(from));
    const module = source && this.#checker.getSymbolAtLocation(source);
    const symbol =
      module && this.#checker.getExportsOfModule(module).find((exported) => exported.getName() === name);
    if (symbol === undefined) throw new Error(`${from} has no type ${name}`);
    const known = new Map<ts.Type, string>();
    const definitions: Record<string, Schema> = {};
    const root = this.#schemaOf(this.#checker.getDeclaredTypeOfSymbol(symbol), known, definitions);
    return { ...root, $defs: definitions };
  }

  #schemaOf(type: ts.Type, known: Map<ts.Type, string>, definitions: Record<string, Schema>): Schema {
    const plain = this.#plainOf(type);
    if (plain !== undefined) return plain;
    if (type.isUnion()) {
      const present = type.types.filter((one) => !(one.flags & ts.TypeFlags.Undefined));
      return { anyOf: present.map((one) => this.#schemaOf(one, known, definitions)) };
    }
    const [items] = this.#checker.isArrayType(type)
      ? this.#checker.getTypeArguments(type as ts.TypeReference)
      : [];
    if (items !== undefined) return { type: "array", items: this.#schemaOf(items, known, definitions) };
    if (type.flags & ts.TypeFlags.Object) return this.#objectOf(type, known, definitions);
    throw new Error(`no schema of ${this.#checker.typeToString(type)}`);
  }

  /** The schema of a type that has no parts; none of one that has. */
  #plainOf(type: ts.Type): Schema | undefined {
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
    if (type.flags & ts.TypeFlags.BooleanLiteral)
      return { const: this.#checker.typeToString(type) === "true" };
    return plainTypes.find(([flags]) => type.flags & flags)?.[1];
  }

  #objectOf(type: ts.Type, known: Map<ts.Type, string>, definitions: Record<string, Schema>): Schema {
    const before = known.get(type);
    if (before !== undefined) return { $ref: `#/$defs/${before}` };
    const key = `t${known.size}`;
    known.set(type, key);
    const properties: Record<string, Schema> = {};
    const required: string[] = [];
    let marked = false;
    for (const property of type.getProperties()) {
      const of = this.#checker.getTypeOfSymbol(property);
      // what marks kinds of queries in TypeScript is no part of their JSON
      if (of.getCallSignatures().length > 0) {
        marked = true;
        continue;
      }
      properties[property.getName()] = this.#schemaOf(of, known, definitions);
      if (!(property.flags & ts.SymbolFlags.Optional)) required.push(property.getName());
    }
    const values = this.#checker.getIndexTypeOfType(type, ts.IndexKind.String);
    const anyQuery = marked && Object.keys(properties).length === 0;
    definitions[key] = {
      type: "object",
      properties,
      required,
      additionalProperties: values === undefined ? anyQuery : this.#schemaOf(values, known, definitions),
    };
    return { $ref: `#/$defs/${key}` };
  }
}
