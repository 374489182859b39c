import { runtime } from "@pulumi/pulumi";
import { type Json, SECRET, UNKNOWN } from "./plan";

/**
 * A property value as it travels between program and engine: JSON in which a secret, an unknown, an output, a resource or
 * an asset is an object with a signature.
 */
export type Wire = null | boolean | number | string | readonly Wire[] | WireObject;
export interface WireObject {
  readonly [key: string]: Wire;
}

/** What stands for the values that have no JSON of their own. */
interface Rendering {
  readonly secret: (value: Wire) => unknown;
  readonly unknown: unknown;
}

const forPlan: Rendering = { secret: () => SECRET, unknown: UNKNOWN };
const forRow: Rendering = { secret: toPlain, unknown: undefined };

/** The value as a plan shows it: a secret is masked whole, and an unknown stands as such. */
export function toPlan(wire: Wire): Json {
  // with those renderings nothing but JSON comes out
  return render(wire, forPlan) as Json;
}

/** The value as a plan shows it, but for its secrets, which stand in it: not to be shown. */
export function toRevealed(wire: Wire): Json {
  const revealing: Rendering = { secret: (value) => render(value, revealing), unknown: UNKNOWN };
  // as in toPlan
  return render(wire, revealing) as Json;
}

/** The value as the cloud would see it: secrets unwrapped, unknowns `undefined`. */
export function toPlain(wire: Wire): unknown {
  return render(wire, forRow);
}

/** Fields with every value that lies in a secret masked one by one, so that their names and shape stay. */
export function toTemplate(fields: WireObject): Readonly<Record<string, unknown>> {
  const forTemplate: Rendering = { secret: (value) => masked(toPlain(value)), unknown: UNKNOWN };
  return renderFields(fields, forTemplate);
}

/** Whether the value is secret or has a secret in it. */
export function hasSecret(wire: Wire | undefined): boolean {
  if (typeof wire !== "object" || wire === null) {
    return false;
  }
  if (isList(wire)) {
    return wire.some(hasSecret);
  }
  return isSecretValue(wire) || Object.values(wire).some(hasSecret);
}

/** The value, marked secret. */
export function asSecret(value: Wire): Wire {
  return { [runtime.specialSigKey]: runtime.specialSecretSig, value };
}

/** A live resource, by its URN. */
export function asReference(urn: string, id: string): Wire {
  return { [runtime.specialSigKey]: runtime.specialResourceSig, urn, id };
}

/** The value with secrets and unknowns as outputs, as a transform is given them: deserialized, an unknown gets lost. */
export function toOutputs(wire: Wire): Wire {
  if (wire === runtime.unknownValue) {
    return { [runtime.specialSigKey]: runtime.specialOutputValueSig };
  }
  if (typeof wire !== "object" || wire === null) {
    return wire;
  }
  if (isList(wire)) {
    return wire.map(toOutputs);
  }
  const signature = wire[runtime.specialSigKey];
  if (signature === undefined) {
    return mapFields(wire, toOutputs);
  }
  if (signature !== runtime.specialSecretSig) {
    return wire;
  }
  return {
    [runtime.specialSigKey]: runtime.specialOutputValueSig,
    value: toOutputs(wire["value"] ?? null),
    secret: true,
  };
}

/** The value with outputs as secrets, unknowns and plain values, as resources hold them. */
export function fromOutputs(wire: Wire): Wire {
  if (typeof wire !== "object" || wire === null) {
    return wire;
  }
  if (isList(wire)) {
    return wire.map(fromOutputs);
  }
  const signature = wire[runtime.specialSigKey];
  if (signature === undefined) {
    return mapFields(wire, fromOutputs);
  }
  if (signature !== runtime.specialOutputValueSig) {
    return wire;
  }
  const value = fromOutputs(wire["value"] ?? runtime.unknownValue);
  return wire["secret"] === true ? asSecret(value) : value;
}

/** An output of the value that depends on the resources, beside those on which it depends already. */
export function withDependencies(wire: Wire, urns: readonly string[]): Wire {
  const held = dependenciesOf(wire);
  if (urns.every((urn) => held.has(urn))) {
    return wire;
  }
  const output = isOutputValue(wire)
    ? wire
    : { [runtime.specialSigKey]: runtime.specialOutputValueSig, value: wire };
  return { ...output, dependencies: [...new Set([...listOf(output["dependencies"]), ...urns])] };
}

/** URNs on which the outputs in a value depend. */
export function dependenciesOf(wire: Wire | undefined): ReadonlySet<string> {
  if (typeof wire !== "object" || wire === null) {
    return new Set();
  }
  if (isList(wire)) {
    return new Set(wire.flatMap((value: Wire) => [...dependenciesOf(value)]));
  }
  if (wire[runtime.specialSigKey] === runtime.specialOutputValueSig) {
    return new Set([...listOf(wire["dependencies"]), ...dependenciesOf(wire["value"])]);
  }
  return new Set(Object.values(wire).flatMap((value) => [...dependenciesOf(value)]));
}

function isOutputValue(wire: Wire): wire is WireObject {
  return (
    typeof wire === "object" &&
    wire !== null &&
    !isList(wire) &&
    wire[runtime.specialSigKey] === runtime.specialOutputValueSig
  );
}

function listOf(wire: Wire | undefined): readonly string[] {
  return Array.isArray(wire) ? wire.map(String) : [];
}

function mapFields(fields: WireObject, change: (value: Wire) => Wire): WireObject {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, change(value)]));
}

function render(wire: Wire | undefined, rendering: Rendering): unknown {
  if (wire === undefined || wire === runtime.unknownValue) {
    return rendering.unknown;
  }
  if (typeof wire !== "object" || wire === null) {
    return wire;
  }
  if (isList(wire)) {
    return wire.map((element) => render(element, rendering));
  }
  if (isSecretValue(wire)) {
    return rendering.secret(wire["value"] ?? null);
  }
  const signature = wire[runtime.specialSigKey];
  if (signature === runtime.specialOutputValueSig) {
    return render(wire["value"], rendering);
  }
  if (signature === runtime.specialResourceSig) {
    return wire["id"] === "" ? rendering.unknown : render(wire["id"] ?? wire["urn"], rendering);
  }
  return renderFields(wire, rendering);
}

function renderFields(wire: WireObject, rendering: Rendering): Readonly<Record<string, unknown>> {
  const rendered: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(wire)) {
    // what is left with a signature is an asset or an archive: its path or text says enough
    if (key !== runtime.specialSigKey) {
      rendered[key] = render(value, rendering);
    }
  }
  return rendered;
}

function masked(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(masked);
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, masked(field)]));
  }
  return SECRET;
}

function isSecretValue(wire: WireObject): boolean {
  const signature = wire[runtime.specialSigKey];
  return (
    signature === runtime.specialSecretSig ||
    (signature === runtime.specialOutputValueSig && wire["secret"] === true)
  );
}

function isList(wire: readonly Wire[] | WireObject): wire is readonly Wire[] {
  return Array.isArray(wire);
}
