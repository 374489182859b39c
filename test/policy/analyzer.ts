import * as server from "@pulumi/policy/server";
import * as analyzer from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Rule } from "../../policy/rule";
import { unknownSentinel } from "../../policy/unknown";
import type { Json, PlanResource } from "../../preview/plan";

/** What the analyzer that Pulumi's engine speaks to said of a resource or a stack. */
export interface Diagnostic {
  readonly policy: string;
  /** Empty where it is about the resource at hand. */
  readonly urn: string;
  readonly message: string;
  readonly level: "mandatory" | "advisory";
}

type Handler<Request> = (
  call: { readonly request: Request },
  callback: (error: Error | null | undefined, response: analyzer.AnalyzeResponse | undefined) => void,
) => Promise<void>;
type MakeHandler<Request> = (
  pack: string,
  version: string,
  level: "advisory",
  policies: readonly Rule["policy"][],
) => Handler<Request>;

// CrossGuard's own handlers, which its declarations leave out as internal.
const { makeAnalyzeRpcFun, makeAnalyzeStackRpcFun } = server as unknown as {
  readonly makeAnalyzeRpcFun: MakeHandler<analyzer.AnalyzeRequest>;
  readonly makeAnalyzeStackRpcFun: MakeHandler<analyzer.AnalyzeStackRequest>;
};

/** Ask CrossGuard's analyzer about a plan as the engine does: each resource by itself, then the stack. */
export async function analyze(
  resources: readonly PlanResource[],
  rules: readonly Rule[],
): Promise<readonly Diagnostic[]> {
  const policies = rules.map(({ policy }) => policy);
  const analyzeResource = makeAnalyzeRpcFun("groundwork", "0.1.0", "advisory", policies);
  const analyzeStack = makeAnalyzeStackRpcFun("groundwork", "0.1.0", "advisory", policies);
  const found: Diagnostic[] = [];
  for (const resource of resources) {
    const about = await ask(analyzeResource, requestFor(resource, resources));
    found.push(...about.map((each) => ({ ...each, urn: resource.urn })));
  }
  return [...found, ...(await ask(analyzeStack, stackRequestFor(resources)))];
}

/** What the engine sends about one resource. */
export function requestFor(
  resource: PlanResource,
  resources: readonly PlanResource[],
): analyzer.AnalyzeRequest {
  const request = new analyzer.AnalyzeRequest();
  fill(request, resource, resources);
  return request;
}

/** What it sends about all of them. */
export function stackRequestFor(resources: readonly PlanResource[]): analyzer.AnalyzeStackRequest {
  const request = new analyzer.AnalyzeStackRequest();
  request.setResourcesList(resources.map((resource) => placed(resource, resources)));
  return request;
}

async function ask<Request>(handler: Handler<Request>, request: Request): Promise<readonly Diagnostic[]> {
  const response = await new Promise<analyzer.AnalyzeResponse | undefined>((resolve, reject) => {
    void handler({ request }, (error, answer) => {
      if (error) reject(error);
      else resolve(answer);
    });
  });
  return diagnosticsIn(response);
}

/** What a response says. */
export function diagnosticsIn(response: analyzer.AnalyzeResponse | undefined): readonly Diagnostic[] {
  return (response?.getDiagnosticsList() ?? []).map((diagnostic) => ({
    policy: diagnostic.getPolicyname(),
    urn: diagnostic.getUrn(),
    message: diagnostic.getMessage(),
    level:
      diagnostic.getEnforcementlevel() === analyzer.EnforcementLevel.MANDATORY ? "mandatory" : "advisory",
  }));
}

function placed(resource: PlanResource, resources: readonly PlanResource[]): analyzer.AnalyzerResource {
  const message = new analyzer.AnalyzerResource();
  fill(message, resource, resources);
  message.setParent(resource.parent ?? "");
  message.setDependenciesList([...resource.dependencies]);
  for (const [property, urns] of Object.entries(resource.propertyDependencies)) {
    const dependencies = new analyzer.AnalyzerPropertyDependencies();
    dependencies.setUrnsList([...urns]);
    message.getPropertydependenciesMap().set(property, dependencies);
  }
  return message;
}

function fill(
  message: analyzer.AnalyzeRequest | analyzer.AnalyzerResource,
  resource: PlanResource,
  resources: readonly PlanResource[],
): void {
  message.setType(resource.type);
  message.setUrn(resource.urn);
  message.setName(resource.name);
  message.setProperties(structOf(resource));
  const options = new analyzer.AnalyzerResourceOptions();
  options.setProtect(resource.protect);
  options.setIgnorechangesList([...resource.ignoreChanges]);
  message.setOptions(options);
  const provider = resources.find(({ urn }) => resource.provider?.startsWith(`${urn}::`));
  if (!provider) return;
  const given = new analyzer.AnalyzerProviderResource();
  given.setType(provider.type);
  given.setUrn(provider.urn);
  given.setName(provider.name);
  given.setProperties(structOf(provider));
  message.setProvider(given);
}

function structOf({ inputs }: PlanResource): Struct {
  // What a plan holds is JSON.
  return Struct.fromJavaScript(asSent(inputs) as Parameters<typeof Struct.fromJavaScript>[0]);
}

/** The engine's own mark for what is not known yet. */
function asSent(value: Json): Json {
  if (value === "[unknown]") return unknownSentinel;
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(asSent);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asSent(item)]));
}
