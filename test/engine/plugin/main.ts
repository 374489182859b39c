import * as grpc from "@grpc/grpc-js";
import { createRequire } from "node:module";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { OutputTable } from "../../../preview/outputs/table";
import { standInService } from "./service";

/** The engine's own limit, above which a message is refused. */
const maxMessageBytes = 400 * 1024 * 1024;

/**
 * A provider plugin's process: serves the package named by its arguments, with rows of another program's where a module of
 * them is named as well, and says on stdout at which port.
 */
function main([name, version, module]: readonly string[]): void {
  if (name === undefined || version === undefined) {
    throw new Error("stand-in plugin: expected a package and its version");
  }
  const server = new grpc.Server({ "grpc.max_receive_message_length": maxMessageBytes });
  server.addService(ResourceProviderService, standInService({ name, version }, rowsOf(module)));
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) {
      throw error;
    }
    process.stdout.write(`${port}\n`);
  });
}

function rowsOf(module: string | undefined): OutputTable {
  if (module === undefined) return {};
  // what our own e2e test names
  const { outputs } = createRequire(__filename)(module) as { readonly outputs: OutputTable };
  return outputs;
}

main(process.argv.slice(2));
