import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import * as analyzer from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { PackConfig } from "../../policy/config";
import type { PlanResource } from "../../preview/plan";
import { type Diagnostic, diagnosticsIn, requestFor, stackRequestFor } from "./analyzer";

const levels = {
  advisory: analyzer.EnforcementLevel.ADVISORY,
  mandatory: analyzer.EnforcementLevel.MANDATORY,
  remediate: analyzer.EnforcementLevel.REMEDIATE,
  disabled: analyzer.EnforcementLevel.DISABLED,
} as const;

/** The folder of the pack in this checkout. */
export const packFolder = join(__dirname, "../../policy");

/** The pack as Pulumi's engine runs it: a process of its own that is spoken to by gRPC. */
export class PackServer {
  private constructor(
    private readonly process: ChildProcess,
    private readonly client: AnalyzerClient,
  ) {}

  /** @param folder of the pack; the checkout's by default */
  static async start(folder: string = packFolder): Promise<PackServer> {
    const child = spawn(process.execPath, ["pack.cjs"], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    const said: string[] = [];
    child.stderr.on("data", (text: Buffer) => said.push(String(text)));
    const port = await Promise.race([
      once(createInterface(child.stdout), "line").then(([line]) => String(line)),
      once(child, "exit").then(() => {
        throw new Error(`the pack ended: ${said.join("")}`);
      }),
    ]);
    return new PackServer(
      child,
      new AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
        "grpc.max_send_message_length": -1,
        "grpc.max_receive_message_length": -1,
      }),
    );
  }

  async stop(): Promise<void> {
    this.client.close();
    this.process.kill();
    if (this.process.exitCode === null) await once(this.process, "exit");
  }

  /** What the pack tells the engine of itself. */
  info(): Promise<analyzer.AnalyzerInfo> {
    return answered((done) => this.client.getAnalyzerInfo(new Empty(), done));
  }

  /** Hand it its config, as the engine does once it has read the file. */
  async configure(config: PackConfig): Promise<void> {
    const request = new analyzer.ConfigureAnalyzerRequest();
    for (const [id, { enforcementLevel, ...settings }] of Object.entries(config)) {
      const own = new analyzer.PolicyConfig();
      own.setEnforcementlevel(levels[enforcementLevel]);
      // A config is JSON.
      own.setProperties(Struct.fromJavaScript(settings as Record<string, JavaScriptValue>));
      request.getPolicyconfigMap().set(id, own);
    }
    await answered((done) => this.client.configure(request, done));
  }

  /** Each resource by itself, then the stack. */
  async analyze(resources: readonly PlanResource[]): Promise<readonly Diagnostic[]> {
    const found: Diagnostic[] = [];
    for (const resource of resources) {
      const response = await answered<analyzer.AnalyzeResponse>((done) =>
        this.client.analyze(requestFor(resource, resources), done),
      );
      found.push(...diagnosticsIn(response).map((each) => ({ ...each, urn: resource.urn })));
    }
    const ofStack = await answered<analyzer.AnalyzeResponse>((done) =>
      this.client.analyzeStack(stackRequestFor(resources), done),
    );
    return [...found, ...diagnosticsIn(ofStack)];
  }

  /** What the engine is told to register in the resource's stead: properties by the rule that asked for them. */
  async remediate(
    resource: PlanResource,
    resources: readonly PlanResource[],
  ): Promise<readonly { readonly policy: string; readonly props: unknown; readonly diagnostic: string }[]> {
    const response = await answered<analyzer.RemediateResponse>((done) =>
      this.client.remediate(requestFor(resource, resources), done),
    );
    return response.getRemediationsList().map((each) => ({
      policy: each.getPolicyname(),
      props: each.getProperties()?.toJavaScript(),
      diagnostic: each.getDiagnostic(),
    }));
  }
}

async function answered<T>(
  call: (done: (error: grpc.ServiceError | null, response: T) => void) => void,
): Promise<T> {
  return await new Promise((resolve, reject) => {
    call((error, response) => {
      if (error) reject(error);
      else resolve(response);
    });
  });
}
