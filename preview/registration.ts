import type * as aliases from "@pulumi/pulumi/proto/alias_pb";
import type * as protocol from "@pulumi/pulumi/proto/resource_pb";
import { runtime } from "@pulumi/pulumi";
import { type Json, type PlanResource, UNKNOWN } from "./plan";
import { toPlan, type WireObject } from "./wire";

/** A request to register a resource, as the plan keeps it. */
export function registered(
  urn: string,
  inputs: WireObject,
  request: protocol.RegisterResourceRequest,
): PlanResource {
  return {
    urn,
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    remote: request.getRemote(),
    parent: orNull(request.getParent()),
    provider: orNull(readable(request.getProvider())),
    providers: recordOf(request.getProvidersMap(), readable),
    inputs: planned(inputs),
    dependencies: sorted(request.getDependenciesList()),
    propertyDependencies: recordOf(request.getPropertydependenciesMap(), (urns) =>
      sorted(urns.getUrnsList()),
    ),
    protect: request.getProtect() ?? false,
    retainOnDelete: request.getRetainondelete() ?? false,
    deletedWith: orNull(request.getDeletedwith()),
    deleteBeforeReplace: request.getDeletebeforereplacedefined() ? request.getDeletebeforereplace() : null,
    aliases: request.getAliasesList().map(aliasOf),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    customTimeouts: timeoutsOf(request.getCustomtimeouts()),
    importId: orNull(request.getImportid()),
  };
}

/** A request to read a resource that exists, as the plan keeps it. */
export function read(urn: string, inputs: WireObject, request: protocol.ReadResourceRequest): PlanResource {
  return {
    urn,
    type: request.getType(),
    name: request.getName(),
    custom: true,
    remote: false,
    parent: orNull(request.getParent()),
    provider: orNull(readable(request.getProvider())),
    providers: {},
    inputs: planned(inputs),
    dependencies: sorted(request.getDependenciesList()),
    propertyDependencies: {},
    protect: false,
    retainOnDelete: false,
    deletedWith: null,
    deleteBeforeReplace: null,
    aliases: [],
    ignoreChanges: [],
    replaceOnChanges: [],
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    customTimeouts: null,
    importId: readable(request.getId()),
  };
}

function planned(inputs: WireObject): Readonly<Record<string, Json>> {
  return Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, toPlan(value)]));
}

/** An id or a reference that ends in one, with the sentinel of an unknown id made readable. */
function readable(reference: string): string {
  return reference.replace(runtime.unknownValue, UNKNOWN);
}

function aliasOf(alias: aliases.Alias): Json {
  const spec = alias.getSpec();
  if (spec === undefined) {
    return { urn: alias.getUrn() };
  }
  const fields: Record<string, Json> = {
    name: spec.getName(),
    type: spec.getType(),
    stack: spec.getStack(),
    project: spec.getProject(),
    parentUrn: spec.getParenturn(),
    noParent: spec.getNoparent(),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== "" && value !== false));
}

function timeoutsOf(
  timeouts: protocol.RegisterResourceRequest.CustomTimeouts | undefined,
): PlanResource["customTimeouts"] {
  const given = Object.entries({
    create: timeouts?.getCreate() ?? "",
    update: timeouts?.getUpdate() ?? "",
    delete: timeouts?.getDelete() ?? "",
  }).filter(([, duration]) => duration !== "");
  return given.length === 0 ? null : Object.fromEntries(given);
}

/** Protobuf's maps hand out their entries in the order of the keys. */
function recordOf<From, To>(
  map: { readonly forEach: (visit: (value: From, key: string) => void) => void },
  convert: (value: From) => To,
): Readonly<Record<string, To>> {
  const record: Record<string, To> = {};
  map.forEach((value, key) => {
    record[key] = convert(value);
  });
  return record;
}

function orNull(text: string): string | null {
  return text === "" ? null : text;
}

function sorted(urns: readonly string[]): readonly string[] {
  return [...urns].sort();
}
