import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { fileFor } from "./outputs";
import { ChildResource, type InvokeTable, type OutputTable, type Place } from "./outputs/table";
import { makeUrn, nameOf, typeOf, urnOfReference } from "./urn";
import { asReference, asSecret, hasSecret, toPlain, type Wire, type WireObject } from "./wire";

/** A resource as the monitor hands it to the {@link StandInCloud}. */
export interface Request {
  readonly urn: string;
  readonly inputs: WireObject;
  /** `urn::id` of its provider, or empty. */
  readonly provider: string;
  /** Id to read or import, or empty. */
  readonly importId: string;
  readonly additionalSecretOutputs: readonly string[];
  readonly remote: boolean;
  /** Whether ids and computed outputs are answered or left unknown. */
  readonly known: boolean;
}

/** What the cloud answers: an empty id is one not known yet. */
export interface State {
  readonly id: string;
  readonly state: WireObject;
}

/** Answers for every cloud from the table of computed outputs, always the same for the same URN and inputs. */
export class StandInCloud {
  /** What is there, by URN: components too, as the program may look them up. */
  private readonly resources = new Map<string, State>();
  private readonly providers = new Map<string, Readonly<Record<string, unknown>>>();

  constructor(
    private readonly table: OutputTable,
    private readonly functions: InvokeTable,
  ) {}

  /** Keeps a component, which has no outputs but those that it registers. */
  public keep(urn: string, state: WireObject): void {
    this.resources.set(urn, { id: "", state });
  }

  /** Makes or reads a resource. A type without a row is an error: an empty answer would hide what the cloud gives. */
  public async make(request: Request): Promise<State> {
    const { urn, inputs, importId, known } = request;
    if (isProvider(urn)) {
      this.providers.set(urn, plainFields(inputs));
    }
    const { id, outputs } = known ? await this.compute(request) : { id: importId, outputs: {} };
    const echoed = request.remote ? {} : inputs;
    const made = { id, state: { ...echoed, ...outputs, ...secretOutputs(request, outputs) } };
    this.resources.set(urn, made);
    return made;
  }

  /** A resource by URN. */
  public find(urn: string): State {
    const found = this.resources.get(urn);
    if (found === undefined) {
      throw new Error(`no resource has the urn ${urn}`);
    }
    return found;
  }

  /** Answers a provider function or a remote component's method. */
  public call(token: string, args: WireObject, provider: string): WireObject {
    const answer = this.functions[token];
    if (answer === undefined) {
      throw new Error(`no answer for the provider function ${token}: add it to ${fileFor(token)}`);
    }
    return encodeFields(answer(plainFields(args), this.placeOf(token, provider)));
  }

  private async compute(request: Request): Promise<{ readonly id: string; readonly outputs: WireObject }> {
    const { urn, inputs, provider, importId } = request;
    const type = typeOf(urn);
    const row = isProvider(urn) ? providerRow : this.table[type];
    if (row === undefined) {
      throw new Error(`no row for the type ${type}: add it to ${fileFor(type)}`);
    }
    const { id = autoName(urn), ...answers } = row({
      ...this.placeOf(type, provider),
      type,
      name: nameOf(urn),
      inputs: plainFields(inputs),
      autoName: autoName(urn),
      hex: (length) => digits(urn).slice(0, length),
      importId: importId === "" ? undefined : importId,
    });
    const outputs: Record<string, Wire> = {};
    for (const [key, value] of Object.entries(answers)) {
      if (pulumi.Output.isInstance(value)) {
        // the SDK's own serialization keeps the secretness of an output; what it returns is wire by definition
        outputs[key] = (await pulumi.runtime.serializeProperty(key, value)) as Wire;
      } else if (value !== undefined) {
        outputs[key] = this.encode(value, urn);
      }
    }
    return { id: importId === "" ? id : importId, outputs };
  }

  private encode(value: unknown, owner: string): Wire {
    return encode(value, (child) => {
      const urn = childUrn(owner, child);
      this.resources.set(urn, { id: child.id, state: encodeFields(child.state) });
      return asReference(urn, child.id);
    });
  }

  private placeOf(token: string, provider: string): Place {
    const given = this.providers.get(urnOfReference(provider)) ?? {};
    return {
      region: textOr(given["region"], token.startsWith("gcp:") ? "us-central1" : "us-east-1"),
      account: textOr(firstOf(given["allowedAccountIds"]), "123456789012"),
      project: textOr(given["project"], "stand-in-project"),
    };
  }
}

/** Id of a provider, which is a UUID. */
const providerRow: OutputTable[string] = ({ hex }) => ({
  id: hex(32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5"),
});

/** Outputs that must be secret: those declared so, and those named as a secret input. */
function secretOutputs(request: Request, outputs: WireObject): WireObject {
  const declared = request.additionalSecretOutputs.map((key): [string, Wire | undefined] => [
    key,
    outputs[key] ?? request.inputs[key] ?? (request.known ? undefined : pulumi.runtime.unknownValue),
  ]);
  const derived = Object.entries(outputs).filter(([key]) => hasSecret(request.inputs[key]));
  const marked: Record<string, Wire> = {};
  for (const [key, value] of [...declared, ...derived]) {
    if (value !== undefined) {
      marked[key] = hasSecret(value) ? value : asSecret(value);
    }
  }
  return marked;
}

function encodeFields(fields: Readonly<Record<string, unknown>>): WireObject {
  return encode(fields, (child) => child.id) as WireObject;
}

function encode(value: unknown, child: (resource: ChildResource) => Wire): Wire {
  if (value instanceof ChildResource) {
    return child(value);
  }
  if (Array.isArray(value)) {
    return value.map((element) => encode(element, child));
  }
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    return Object.fromEntries(fields.map(([key, field]) => [key, encode(field, child)]));
  }
  // a row is typed by its class, whose outputs are JSON
  return (value ?? null) as Wire;
}

function plainFields(fields: WireObject): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, toPlain(value)]));
}

/** A provider takes its lists as JSON text. */
function firstOf(list: unknown): unknown {
  const parsed: unknown = typeof list === "string" ? JSON.parse(list) : list;
  return Array.isArray(parsed) ? parsed[0] : undefined;
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

function isProvider(urn: string): boolean {
  return typeOf(urn).startsWith("pulumi:providers:");
}

export function autoName(urn: string): string {
  return `${nameOf(urn)}-${digits(urn).slice(0, 7)}`;
}

function digits(urn: string): string {
  return createHash("sha256").update(urn).digest("hex");
}

function childUrn(owner: string, child: ChildResource): string {
  const [, , stack = "", , project = ""] = owner.split(":");
  return makeUrn({ project, stack, parent: owner, type: child.type, name: child.name });
}
