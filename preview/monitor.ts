import type * as callbacks from "@pulumi/pulumi/proto/callback_pb";
import type * as protocol from "@pulumi/pulumi/proto/resource_pb";
import { invokeTable, outputTable } from "./outputs";
import type { InvokeTable, OutputTable } from "./outputs/table";
import type { PlanResource } from "./plan";
import { read, registered } from "./registration";
import { StandInCloud, type State } from "./standInCloud";
import { Transforms } from "./transforms";
import { makeUrn } from "./urn";
import { toPlain, type WireObject } from "./wire";

/** What a {@link Monitor} is told of the run it serves. */
export interface MonitorOptions {
  readonly project: string;
  readonly stack: string;
  /**
   * Whether ids and computed outputs are answered, as after an update, or left unknown, as in a first preview (inputs are
   * echoed all the same).
   */
  readonly outputs: "known" | "unknown";
  /** @default the table in `preview/outputs/` */
  readonly table?: OutputTable;
  /** @default the table in `preview/outputs/` */
  readonly functions?: InvokeTable;
  /** Told how many resources there are, as each one comes. */
  readonly onRegistration?: (count: number) => void;
}

/** How the SDK takes an answer: a response with protobuf's getters, or an error. */
type Callback = (error: Error | null, response?: object) => void;

/** A protobuf struct, as far as the SDK looks at one that it receives. */
interface Struct {
  readonly toJavaScript: () => unknown;
}

/**
 * Optional parts of the protocol that this monitor has. Hooks are taken and not run: ours stand before an update, and here
 * all is made for the first time.
 */
const features: ReadonlySet<string> = new Set([
  "secrets",
  "resourceReferences",
  "outputValues",
  "deletedWith",
  "replaceWith",
  "aliasSpecs",
  "transforms",
  "parameterization",
  "resourceHooks",
]);

/**
 * The engine's side of the SDK's ResourceMonitor protocol, in process and offline: records every registration whole, and
 * answers with the outputs that `preview/outputs/` computes.
 *
 * Pulumi's own mocks are not used because they drop parent, protect, aliases, dependencies and secretness
 * (pulumi/pulumi#14421). Responses are plain objects with protobuf's getters, which spares packing and unpacking structs.
 */
export class Monitor {
  /** Requests so far: a run has settled when this stays the same. */
  public requests = 0;
  /** What components, and the stack itself, registered as their outputs, by URN. */
  public readonly outputs = new Map<string, WireObject>();
  /** What was registered or read, by URN, as it came: secrets are in it. */
  public readonly inputs = new Map<string, WireObject>();
  /** Names of the hooks that the engine would run before it updates a resource, by the resource's URN. */
  public readonly hooks = new Map<string, readonly string[]>();
  /** Names of all hooks, of those too that stand before what only a plugin makes. */
  public readonly hookNames = new Set<string>();
  private readonly registrations = new Map<string, PlanResource>();
  private readonly cloud: StandInCloud;
  private readonly transforms = new Transforms((urn) => this.registrations.get(urn)?.parent ?? null);

  constructor(private readonly options: MonitorOptions) {
    this.cloud = new StandInCloud(options.table ?? outputTable, options.functions ?? invokeTable);
  }

  /** Every registration, in the order of their URNs. */
  public resources(): readonly PlanResource[] {
    return [...this.registrations.values()].sort((a, b) => (a.urn < b.urn ? -1 : 1));
  }

  public registerResource(request: protocol.RegisterResourceRequest, callback: Callback): void {
    this.answer(callback, async () => {
      const transforms = this.transforms.of(request);
      if (transforms.length > 0) {
        await this.transforms.apply(transforms, request);
      }
      const inputs = fieldsOf(request.getObject());
      const urn = this.record(request, inputs, (made) => registered(made, inputs, request));
      this.transforms.keep(urn, request);
      this.bindHooks(urn, request);
      if (!request.getCustom() && !request.getRemote()) {
        this.cloud.keep(urn, inputs);
        return registration(urn, { id: "", state: inputs });
      }
      const made = await this.cloud.make({
        urn,
        inputs,
        provider: placeProvider(request),
        importId: request.getImportid(),
        additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
        remote: request.getRemote(),
        known: this.options.outputs === "known",
      });
      return registration(urn, made);
    });
  }

  public readResource(request: protocol.ReadResourceRequest, callback: Callback): void {
    this.answer(callback, async () => {
      const inputs = fieldsOf(request.getProperties());
      const urn = this.record(request, inputs, (made) => read(made, inputs, request));
      const { state } = await this.cloud.make({
        urn,
        inputs,
        provider: request.getProvider(),
        importId: request.getId(),
        additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
        remote: false,
        // what is read is there already, in a first preview too
        known: true,
      });
      return { getUrn: () => urn, getProperties: () => structOf(state) };
    });
  }

  public registerResourceOutputs(request: protocol.RegisterResourceOutputsRequest, callback: Callback): void {
    this.answer(callback, () => {
      this.outputs.set(request.getUrn(), fieldsOf(request.getOutputs()));
      return {};
    });
  }

  public invoke(request: protocol.ResourceInvokeRequest, callback: Callback): void {
    this.answer(callback, () => {
      const args = fieldsOf(request.getArgs());
      if (request.getTok() === "pulumi:pulumi:getResource") {
        return lookUp(String(toPlain(args["urn"] ?? null)), this.cloud);
      }
      return response(this.cloud.call(request.getTok(), args, request.getProvider()));
    });
  }

  public call(request: protocol.ResourceCallRequest, callback: Callback): void {
    this.answer(callback, () =>
      response(this.cloud.call(request.getTok(), fieldsOf(request.getArgs()), request.getProvider())),
    );
  }

  public registerStackTransform(request: callbacks.Callback, callback: Callback): void {
    this.answer(callback, () => {
      this.transforms.addToStack(request);
      return {};
    });
  }

  public registerResourceHook(request: protocol.RegisterResourceHookRequest, callback: Callback): void {
    this.answer(callback, () => {
      const name = request.getName();
      if (this.hookNames.has(name)) {
        throw new Error(`duplicate hook "${name}": each needs a name of its own`);
      }
      this.hookNames.add(name);
      return {};
    });
  }

  /** Ends what the run has open: the SDK calls it whenever it disconnects, after which more may be registered. */
  public close(): void {
    this.transforms.close();
  }

  public supportsFeature(request: protocol.SupportsFeatureRequest, callback: Callback): void {
    callback(null, { getHassupport: () => features.has(request.getId()) });
  }

  public registerPackage(request: protocol.RegisterPackageRequest, callback: Callback): void {
    callback(null, { getRef: () => request.getParameterization()?.getName() ?? request.getName() });
  }

  /** A hook that nobody registered is an error, as it is for the engine. */
  private bindHooks(urn: string, request: protocol.RegisterResourceRequest): void {
    const names = request.getHooks()?.getBeforeUpdateList() ?? [];
    const unknown = names.find((name) => !this.hookNames.has(name));
    if (unknown !== undefined) {
      throw new Error(`${urn}: hook "${unknown}" was not registered`);
    }
    if (names.length > 0) this.hooks.set(urn, names);
  }

  private record(
    request: protocol.RegisterResourceRequest | protocol.ReadResourceRequest,
    inputs: WireObject,
    describe: (urn: string) => PlanResource,
  ): string {
    const { project, stack } = this.options;
    const parent = request.getParent() === "" ? null : request.getParent();
    const urn = makeUrn({ project, stack, parent, type: request.getType(), name: request.getName() });
    if (this.registrations.has(urn)) {
      throw new Error(`duplicate resource urn ${urn}: two resources of one type and parent need two names`);
    }
    this.registrations.set(urn, describe(urn));
    this.inputs.set(urn, inputs);
    this.options.onRegistration?.(this.registrations.size);
    return urn;
  }

  private answer(callback: Callback, work: () => object | Promise<object>): void {
    this.requests++;
    const fail = (error: unknown): void => {
      const failure = error instanceof Error ? error : new Error(String(error));
      // of a failed call the SDK shows `message`, of a failed invoke `details`, as gRPC has both
      callback(Object.assign(failure, { details: failure.message }));
    };
    void (async () => work())().then((answer) => {
      callback(null, answer);
    }, fail);
  }
}

function registration(urn: string, { id, state }: State): object {
  return {
    getUrn: () => urn,
    getId: () => id,
    getObject: () => structOf(state),
    getPropertydependenciesMap: () => undefined,
    getResult: () => 0,
  };
}

function response(fields: WireObject): object {
  return {
    getReturn: () => structOf(fields),
    getFailuresList: () => [],
    getReturndependenciesMap: () => undefined,
  };
}

/** What the SDK reads of a resource that it knows by URN only. */
function lookUp(urn: string, cloud: StandInCloud): object {
  const { id, state } = cloud.find(urn);
  const fields = new Map<string, object>([
    ["urn", { toJavaScript: () => urn }],
    ["id", { toJavaScript: () => id }],
    ["state", { getStructValue: () => structOf(state) }],
  ]);
  return { getReturn: () => ({ getFieldsMap: () => fields }), getFailuresList: () => [] };
}

function structOf(fields: WireObject): Struct {
  return { toJavaScript: () => fields };
}

function fieldsOf(struct: Struct | undefined): WireObject {
  // a struct's JSON is an object by definition
  return (struct?.toJavaScript() ?? {}) as WireObject;
}

/** The provider that says where a resource stands: of a remote component, the one that it hands to its children. */
function placeProvider(request: protocol.RegisterResourceRequest): string {
  const handedDown = request.getProvidersMap();
  return handedDown.get("aws") ?? handedDown.get("gcp") ?? request.getProvider();
}
