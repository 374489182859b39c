import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { WireObject } from "../../../preview/wire";

/** The fields of a protobuf struct, secrets and unknowns as they travel. */
export function fieldsOf(struct: Struct | undefined): WireObject {
  return struct?.toJavaScript() ?? {};
}

/** A protobuf struct of the fields. */
export function structOf(fields: WireObject): Struct {
  return Struct.fromJavaScript(fields);
}
