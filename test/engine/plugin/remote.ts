import * as grpc from "@grpc/grpc-js";
import { runtime } from "@pulumi/pulumi";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as monitorProtocol from "@pulumi/pulumi/proto/resource_pb";
import * as protocol from "@pulumi/pulumi/proto/provider_pb";
import type { StandInCloud } from "../../../preview/standInCloud";
import type { Wire, WireObject } from "../../../preview/wire";
import { type Child, type ChildRequest, type Component, makers } from "./children";
import { fieldsOf, structOf } from "./struct";

/** What the plugin knows of itself. */
interface Plugin {
  readonly cloud: StandInCloud;
  /** Reference of its own provider. */
  readonly provider: string;
}

/**
 * Makes a remote component as its plugin would: registers the component and its children with the engine, and answers
 * with its outputs. Those come from `preview/outputs/`, save what its children have to say about.
 *
 * The component is registered without its arguments, because so do the plugins that this program uses. They were built
 * with SDKs that did not send them: that of `@pulumi/eks` 4.3.0 with 3.173, that of `@pulumi/awsx` with 3.200, where it
 * began with 3.202.
 */
export async function construct(
  request: protocol.ConstructRequest,
  { cloud, provider }: Plugin,
): Promise<protocol.ConstructResponse> {
  const maker = makers[request.getType()];
  if (maker === undefined) {
    throw new Error(
      `no remote component ${request.getType()}: say what it makes in test/engine/plugin/children.ts`,
    );
  }
  const monitor = new Registrar(request.getMonitorendpoint());
  try {
    const inputs = fieldsOf(request.getInputs());
    const { urn } = await monitor.register(componentRequest(request));
    const children: Child[] = [];
    const outputs = async (): Promise<WireObject> => {
      const { state } = await cloud.make({
        urn,
        inputs,
        provider,
        importId: "",
        additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
        remote: true,
        // also in a preview, once they are there
        known: children.every((child) => child.id !== runtime.unknownValue),
      });
      return state;
    };
    const component: Component = {
      name: request.getName(),
      inputs,
      outputs,
      lookUp: (reference) => monitor.lookUp(reference),
      make: async (child) => {
        const made = await monitor.register(childRequest(child, urn, request));
        children.push(made);
        return made;
      },
    };
    const ofChildren = await maker(component);
    return answer(urn, { ...(await outputs()), ...ofChildren }, children);
  } finally {
    monitor.close();
  }
}

/** Registers resources with the engine that runs the program. */
class Registrar {
  private readonly client: ResourceMonitorClient;

  constructor(address: string) {
    this.client = new ResourceMonitorClient(address, grpc.credentials.createInsecure(), {
      "grpc.max_receive_message_length": 400 * 1024 * 1024,
    });
  }

  public register(request: monitorProtocol.RegisterResourceRequest): Promise<Child> {
    request
      .setAcceptsecrets(true)
      .setAcceptresources(true)
      .setSupportspartialvalues(true)
      .setAliasspecs(true);
    return new Promise((resolve, reject) => {
      this.client.registerResource(request, (error, response) => {
        if (error !== null) {
          reject(new Error(`${request.getType()} ${request.getName()}: ${error.details}`));
          return;
        }
        const id = response.getId();
        resolve({
          urn: response.getUrn(),
          id: id === "" ? runtime.unknownValue : id,
          state: fieldsOf(response.getObject()),
        });
      });
    });
  }

  /** State of the resource to which the value refers. */
  public async lookUp(reference: Wire | undefined): Promise<WireObject> {
    const urn = urnOf(reference);
    if (urn === undefined) {
      return {};
    }
    const request = new monitorProtocol.ResourceInvokeRequest()
      .setTok("pulumi:pulumi:getResource")
      .setArgs(structOf({ urn }))
      .setAcceptresources(true);
    return await new Promise((resolve, reject) => {
      this.client.invoke(request, (error, response) => {
        if (error !== null) {
          reject(new Error(`${urn}: ${error.details}`));
          return;
        }
        const { state } = fieldsOf(response.getReturn());
        // the engine answers with the state as an object
        resolve((state ?? {}) as WireObject);
      });
    });
  }

  public close(): void {
    this.client.close();
  }
}

/** The URN in a reference to a resource, also where the reference is itself an output. */
function urnOf(value: Wire | undefined): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return undefined;
  }
  // lists are ruled out above, which the compiler can't see of read-only ones
  const fields = value as WireObject;
  const urn = fields["urn"];
  return typeof urn === "string" ? urn : urnOf(fields["value"]);
}

function componentRequest(request: protocol.ConstructRequest): monitorProtocol.RegisterResourceRequest {
  const component = new monitorProtocol.RegisterResourceRequest()
    .setType(request.getType())
    .setName(request.getName())
    .setParent(request.getParent())
    .setCustom(false)
    .setObject(structOf({}))
    .setDependenciesList(request.getDependenciesList())
    .setAliasesList(request.getAliasesList());
  const isProtected = request.getProtect();
  if (isProtected !== undefined) {
    component.setProtect(isProtected);
  }
  for (const [pkg, reference] of request.getProvidersMap().entries()) {
    component.getProvidersMap().set(pkg, reference);
  }
  return component;
}

function childRequest(
  { type, name, inputs, parent, uses = [] }: ChildRequest,
  component: string,
  request: protocol.ConstructRequest,
): monitorProtocol.RegisterResourceRequest {
  const pkg = type.slice(0, type.indexOf(":"));
  const provider = request.getProvidersMap().get(pkg);
  if (provider === undefined) {
    throw new Error(
      `${request.getType()} ${request.getName()}: expected a provider of ${pkg} in providers, got none`,
    );
  }
  const given = Object.entries(inputs).filter((entry): entry is [string, Wire] => entry[1] !== undefined);
  const child = new monitorProtocol.RegisterResourceRequest()
    .setType(type)
    .setName(name)
    .setParent(parent?.urn ?? component)
    .setCustom(true)
    .setProvider(provider)
    .setObject(structOf(Object.fromEntries(given)))
    .setDependenciesList(uses.map((other) => other.urn));
  const isProtected = request.getProtect();
  if (isProtected !== undefined) {
    child.setProtect(isProtected);
  }
  return child;
}

/** Each output depends on every child, as it is there when they all are. */
function answer(urn: string, outputs: WireObject, children: readonly Child[]): protocol.ConstructResponse {
  const response = new protocol.ConstructResponse().setUrn(urn).setState(structOf(outputs));
  for (const key of Object.keys(outputs)) {
    const dependencies = new protocol.ConstructResponse.PropertyDependencies();
    dependencies.setUrnsList(children.map((child) => child.urn));
    response.getStatedependenciesMap().set(key, dependencies);
  }
  return response;
}
