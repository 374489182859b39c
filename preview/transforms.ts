import * as grpc from "@grpc/grpc-js";
import { CallbacksClient } from "@pulumi/pulumi/proto/callback_grpc_pb";
import { type Callback, CallbackInvokeRequest } from "@pulumi/pulumi/proto/callback_pb";
import * as protocol from "@pulumi/pulumi/proto/resource_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { dependenciesOf, fromOutputs, toOutputs, type Wire, type WireObject, withDependencies } from "./wire";

/**
 * The engine's side of the option `transforms` and of stack transforms: the SDK keeps the functions and answers for them
 * at a callback server of its own, over gRPC on the machine itself, as it does for the engine.
 *
 * A resource's own transforms run first, in the order they are given, then those of its parent and so on up to the
 * stack, then the stack's (pulumi/pulumi, pkg/resource/deploy/source_eval.go). Of a remote component they see the
 * component, but not the children, which only its plugin makes.
 */
export class Transforms {
  private readonly ofResources = new Map<string, readonly Callback[]>();
  private readonly ofStack: Callback[] = [];
  private readonly clients = new Map<string, CallbacksClient>();

  /** @param parentOf URN of a resource's parent, null for the root. */
  constructor(private readonly parentOf: (urn: string) => string | null) {}

  /** Adds a transform of every resource that is registered from now on. */
  public addToStack(transform: Callback): void {
    this.ofStack.push(transform);
  }

  /** Keeps a resource's transforms for its descendants. */
  public keep(urn: string, request: protocol.RegisterResourceRequest): void {
    const own = request.getTransformsList();
    if (own.length > 0) {
      this.ofResources.set(urn, own);
    }
  }

  /** The transforms that a registration goes through, in the engine's order. */
  public of(request: protocol.RegisterResourceRequest): readonly Callback[] {
    const own = request.getTransformsList();
    if (own.length === 0 && this.ofResources.size === 0) {
      return this.ofStack;
    }
    const inherited: Callback[] = [];
    for (
      let urn = request.getParent() === "" ? null : request.getParent();
      urn !== null;
      urn = this.parentOf(urn)
    ) {
      inherited.push(...(this.ofResources.get(urn) ?? []));
    }
    return [...own, ...inherited, ...this.ofStack];
  }

  /** Changes the request as the transforms say, each of which sees what those before it made. */
  public async apply(
    transforms: readonly Callback[],
    request: protocol.RegisterResourceRequest,
  ): Promise<void> {
    let properties = Struct.fromJavaScript(propertiesOf(request));
    let options = optionsOf(request);
    for (const transform of transforms) {
      const answer = await this.call(
        transform,
        new protocol.TransformRequest()
          .setType(request.getType())
          .setName(request.getName())
          .setCustom(request.getCustom())
          .setParent(request.getParent())
          .setProperties(properties)
          .setOptions(options),
      );
      properties = answer.getProperties() ?? properties;
      options = answer.getOptions() ?? options;
    }
    setOptions(request, options);
    setProperties(request, properties.toJavaScript());
  }

  /** Lets go of the connections to the callback server, which the SDK itself shuts down. */
  public close(): void {
    for (const client of this.clients.values()) {
      client.close();
    }
    this.clients.clear();
  }

  private async call(
    transform: Callback,
    request: protocol.TransformRequest,
  ): Promise<protocol.TransformResponse> {
    const invocation = new CallbackInvokeRequest()
      .setToken(transform.getToken())
      .setRequest(request.serializeBinary());
    const client = this.clientOf(transform.getTarget());
    return await new Promise((resolve, reject) => {
      client.invoke(invocation, (error, response) => {
        if (error === null) {
          resolve(protocol.TransformResponse.deserializeBinary(response.getResponse_asU8()));
        } else {
          reject(new Error(error.details));
        }
      });
    });
  }

  private clientOf(target: string): CallbacksClient {
    const known = this.clients.get(target);
    if (known !== undefined) {
      return known;
    }
    const client = new CallbacksClient(target, grpc.credentials.createInsecure(), {
      "grpc.max_receive_message_length": 400 * 1024 * 1024,
    });
    this.clients.set(target, client);
    return client;
  }
}

/** What the engine hands to a transform: secrets, unknowns and dependencies as outputs. */
function propertiesOf(request: protocol.RegisterResourceRequest): WireObject {
  const dependencies = request.getPropertydependenciesMap();
  const fields: WireObject = request.getObject()?.toJavaScript() ?? {};
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]): [string, Wire] => [
      key,
      withDependencies(toOutputs(value), dependencies.get(key)?.getUrnsList() ?? []),
    ]),
  );
}

/** Takes properties back; what they depend on is what the outputs in them say, and joins the whole's dependencies. */
function setProperties(request: protocol.RegisterResourceRequest, properties: WireObject): void {
  const all = new Set(request.getDependenciesList());
  const byProperty = request.getPropertydependenciesMap();
  byProperty.clear();
  for (const [key, value] of Object.entries(properties)) {
    const urns = dependenciesOf(value);
    byProperty.set(key, new protocol.RegisterResourceRequest.PropertyDependencies().setUrnsList([...urns]));
    urns.forEach((urn) => all.add(urn));
  }
  const fields = Object.entries(properties).map(([key, value]): [string, Wire] => [key, fromOutputs(value)]);
  request
    .setDependenciesList([...all])
    .setObject(Struct.fromJavaScript(request.getRemote() ? properties : Object.fromEntries(fields)));
}

function optionsOf(request: protocol.RegisterResourceRequest): protocol.TransformResourceOptions {
  const options = new protocol.TransformResourceOptions()
    .setDependsOnList(request.getDependenciesList())
    .setIgnoreChangesList(request.getIgnorechangesList())
    .setReplaceOnChangesList(request.getReplaceonchangesList())
    .setVersion(request.getVersion())
    .setAliasesList(request.getAliasesList())
    .setProvider(request.getProvider())
    .setCustomTimeouts(request.getCustomtimeouts())
    .setPluginDownloadUrl(request.getPlugindownloadurl())
    .setDeletedWith(request.getDeletedwith())
    .setAdditionalSecretOutputsList(request.getAdditionalsecretoutputsList())
    .setReplaceWithList(request.getReplaceWithList())
    .setHooks(request.getHooks())
    .setImport(request.getImportid());
  const isProtected = request.getProtect();
  if (isProtected !== undefined) options.setProtect(isProtected);
  const isRetained = request.getRetainondelete();
  if (isRetained !== undefined) options.setRetainOnDelete(isRetained);
  if (request.getDeletebeforereplacedefined()) {
    options.setDeleteBeforeReplace(request.getDeletebeforereplace());
  }
  request.getProvidersMap().forEach((reference, pkg) => options.getProvidersMap().set(pkg, reference));
  return options;
}

function setOptions(
  request: protocol.RegisterResourceRequest,
  options: protocol.TransformResourceOptions,
): void {
  request
    .setDependenciesList(options.getDependsOnList())
    .setIgnorechangesList(options.getIgnoreChangesList())
    .setReplaceonchangesList(options.getReplaceOnChangesList())
    .setVersion(options.getVersion())
    .setAliasesList(options.getAliasesList())
    .setProvider(options.getProvider())
    .setCustomtimeouts(options.getCustomTimeouts())
    .setPlugindownloadurl(options.getPluginDownloadUrl())
    .setDeletedwith(options.getDeletedWith())
    .setAdditionalsecretoutputsList(options.getAdditionalSecretOutputsList())
    .setReplaceWithList(options.getReplaceWithList())
    .setHooks(options.getHooks())
    .setImportid(options.getImport())
    .setProtect(options.getProtect() ?? false)
    .setRetainondelete(options.getRetainOnDelete() ?? false)
    .setDeletebeforereplacedefined(options.hasDeleteBeforeReplace())
    .setDeletebeforereplace(options.getDeleteBeforeReplace() ?? false);
  request.clearProvidersMap();
  options.getProvidersMap().forEach((reference, pkg) => request.getProvidersMap().set(pkg, reference));
}
