import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Wire, WireObject } from "../../../preview/wire";

/** The fields of a protobuf struct, secrets and unknowns as they travel. */
export function fieldsOf(struct: Struct | undefined): WireObject {
  // a struct's JSON is an object by definition
  return (struct?.toJavaScript() ?? {}) as WireObject;
}

/** A protobuf struct of the fields. */
export function structOf(fields: WireObject): Struct {
  // protobuf's typing knows no read-only lists; it only reads them
  return Struct.fromJavaScript(fields as { [key: string]: Exclude<Wire, readonly Wire[] | WireObject> });
}
