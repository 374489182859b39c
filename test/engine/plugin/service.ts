import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as protocol from "@pulumi/pulumi/proto/provider_pb";
import { invokeTable, outputTable } from "../../../preview/outputs";
import { remoteOutputs } from "../../../preview/outputs/aws-remote";
import type { OutputTable } from "../../../preview/outputs/table";
import { type State, StandInCloud } from "../../../preview/standInCloud";
import type { WireObject } from "../../../preview/wire";
import { changedKeys } from "./diff";
import { construct } from "./remote";
import { replacementOf } from "./replacement";
import { fieldsOf, structOf } from "./struct";

/** A package that a stand-in plugin serves. */
export interface PackageId {
  readonly name: string;
  readonly version: string;
}

/**
 * A provider's side of the engine's protocol for any package: what it is given is echoed, what a cloud would compute comes
 * from `preview/outputs/`, the table that the offline preview reads. Nothing is sent anywhere.
 *
 * Unlike a real provider it accepts every input as it is: no schema, no auto-naming, no defaults.
 */
export function standInService(
  { name, version }: PackageId,
  rows: OutputTable = {},
): IResourceProviderServer {
  const cloud = new StandInCloud({ ...outputTable, ...remoteOutputs, ...rows }, invokeTable);
  let provider = "";

  const make = (
    urn: string,
    inputs: Struct | undefined,
    { known, importId = "" }: { readonly known: boolean; readonly importId?: string },
  ): Promise<State> =>
    cloud.make({
      urn,
      inputs: fieldsOf(inputs),
      provider,
      importId,
      // the engine itself marks those
      additionalSecretOutputs: [],
      remote: false,
      known,
    });

  return {
    handshake: unary(() => {
      const response = new protocol.ProviderHandshakeResponse();
      return response.setAcceptSecrets(true).setAcceptResources(true).setAcceptOutputs(true);
    }),
    getPluginInfo: unary(() => {
      const info = new PluginInfo();
      info.setVersion(version);
      return info;
    }),
    getSchema: unary(() => new protocol.GetSchemaResponse().setSchema(JSON.stringify({ name, version }))),
    configure: unary(async (request: protocol.ConfigureRequest) => {
      const urn = request.getUrn() ?? "";
      provider = `${urn}::${request.getId() ?? ""}`;
      await make(urn, request.getArgs(), { known: true });
      const response = new protocol.ConfigureResponse();
      return response
        .setAcceptsecrets(true)
        .setAcceptresources(true)
        .setAcceptoutputs(true)
        .setSupportspreview(true);
    }),
    checkConfig: unary(check),
    check: unary(check),
    diffConfig: unary(diff),
    diff: unary(diff),
    create: unary(async (request: protocol.CreateRequest) => {
      const { id, state } = await make(request.getUrn(), request.getProperties(), {
        known: !request.getPreview(),
      });
      return new protocol.CreateResponse().setId(id).setProperties(structOf(state));
    }),
    update: unary(async (request: protocol.UpdateRequest) => {
      const { state } = await make(request.getUrn(), request.getNews(), { known: !request.getPreview() });
      const kept = request.getPreview() ? keptBy(request) : {};
      return new protocol.UpdateResponse().setProperties(structOf({ ...state, ...kept }));
    }),
    read: unary(async (request: protocol.ReadRequest) => {
      const response = new protocol.ReadResponse().setId(request.getId()).setInputs(request.getInputs());
      if (changedKeys(fieldsOf(request.getInputs()), fieldsOf(request.getProperties())).length > 0) {
        // a refresh: what is there is what was made; the program's own reads send the same twice
        return response.setProperties(request.getProperties());
      }
      const { state } = await make(request.getUrn(), request.getProperties(), {
        importId: request.getId(),
        known: true,
      });
      return response.setProperties(structOf(state));
    }),
    delete: unary(() => new Empty()),
    invoke: unary((request: protocol.InvokeRequest) => {
      const answer = cloud.call(request.getTok(), fieldsOf(request.getArgs()), provider);
      return new protocol.InvokeResponse().setReturn(structOf(answer));
    }),
    call: unary((request: protocol.CallRequest) => {
      const answer = cloud.call(request.getTok(), fieldsOf(request.getArgs()), provider);
      return new protocol.CallResponse().setReturn(structOf(answer));
    }),
    construct: unary((request: protocol.ConstructRequest) => construct(request, { cloud, provider })),
    cancel: unary(() => new Empty()),
    attach: unary(() => new Empty()),
    getMapping: unary(() => new protocol.GetMappingResponse()),
    getMappings: unary(() => new protocol.GetMappingsResponse()),
    parameterize: unary(() => refuse("Parameterize")),
    list: (call) => {
      call.destroy(new Error(`${name}: List is not served by a stand-in`));
    },
  };
}

function check(request: protocol.CheckRequest): protocol.CheckResponse {
  return new protocol.CheckResponse().setInputs(request.getNews());
}

function diff(request: protocol.DiffRequest): protocol.DiffResponse {
  const [olds, news] = [fieldsOf(request.getOldInputs()), fieldsOf(request.getNews())];
  const keys = changedKeys(olds, news);
  const replacement = replacementOf(request.getUrn(), olds, news);
  const { DIFF_NONE, DIFF_SOME } = protocol.DiffResponse.DiffChanges;
  return new protocol.DiffResponse()
    .setChanges(keys.length === 0 ? DIFF_NONE : DIFF_SOME)
    .setDiffsList([...keys])
    .setReplacesList([...replacement.keys])
    .setDeletebeforereplace(replacement.deleteBefore);
}

/** What a change in place leaves as it was: a provider plans what it computed before, and not an unknown. */
function keptBy(request: protocol.UpdateRequest): WireObject {
  const changed = changedKeys(fieldsOf(request.getOldInputs()), fieldsOf(request.getNews()));
  return Object.fromEntries(
    Object.entries(fieldsOf(request.getOlds())).filter(([key]) => !changed.includes(key)),
  );
}

function refuse(method: string): never {
  throw new Error(`${method} is not served by a stand-in`);
}

function unary<Request, Response>(
  handle: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    void (async () => handle(call.request))().then(
      (response) => {
        callback(null, response);
      },
      (error: unknown) => {
        const details = error instanceof Error ? error.message : String(error);
        callback({ code: grpc.status.UNKNOWN, details });
      },
    );
  };
}
