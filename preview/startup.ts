import { readFileSync } from "node:fs";
import Module from "node:module";
import { sep } from "node:path";
import { setFlagsFromString } from "node:v8";

/*
 * Imported before all else by the command line: makes the import of the Pulumi SDKs, thousands of modules, take a fifth of
 * the time that it takes under tsx (1.3 s to 0.25 s, processes of their own).
 *
 * - tsx looks at every module for something to transform, and has Node read the source map of each: packages need neither.
 * - Much is loaded for what no preview does, or few do: the core SDK's TypeScript compiler and npm's tree of packages, for
 *   programs that turn functions into source code; its automation of stacks; the services of the other cloud, and those of
 *   the stack's own that it makes nothing of. It is loaded when something of it is asked for. (A service also tells the SDK
 *   of its classes, for values that refer to a resource: who makes one has asked for its class.)
 */

/*
 * How much of a function runs, bytes of bytecode, before V8 compiles it to better code: seven times its own default. Most
 * of what a preview runs, it runs a few times, so that a quarter of the processor's time went into code that hardly ran any
 * more; what a stack of a thousand workloads runs is compiled all the same, and takes no longer.
 */
setFlagsFromString("--interrupt-budget=500000");

interface LoadedModule {
  exports: unknown;
  filename: string | null;
  paths: string[];
  _compile: (content: string, file: string) => void;
}
type Loader = (module: LoadedModule, file: string) => void;

const packages = `${sep}node_modules${sep}`;
const loadedWhenAsked = [
  /@pulumi\/pulumi\/(typescript-shim|automation\/index)\.js$/,
  /@npmcli\/arborist\/lib\/index\.js$/,
  // a service or a group of the Kubernetes API each
  /@pulumi\/(aws|awsx|gcp|kubernetes)\/(?!types)[^/]+\/index\.js$/,
  /zod\/v4\/locales\/index\.cjs$/,
];

// documented as deprecated, and the only place where a loader of CommonJS modules can be given
const loaders = (Module as unknown as { _extensions: Record<string, Loader> })._extensions;
const transforming = loaders[".js"];

if (transforming !== undefined) {
  const compiling: Loader = (module, file) => {
    process.setSourceMapsEnabled(false);
    try {
      module._compile(readFileSync(file, "utf8"), file);
    } catch (error) {
      if (!(error instanceof SyntaxError)) {
        throw error;
      }
      // an ES module, which has to be transformed after all
      transforming(module, file);
    } finally {
      process.setSourceMapsEnabled(true);
    }
  };

  loaders[".js"] = (module, file) => {
    if (!file.includes(packages)) {
      transforming(module, file);
    } else if (loadedWhenAsked.some((lazy) => lazy.test(file.replaceAll(sep, "/")))) {
      putOff(module, () => {
        compiling(module, file);
      });
    } else {
      compiling(module, file);
    }
  };
}

/** Leaves a module's work undone until something is asked of what it exports. */
function putOff(module: LoadedModule, load: () => void): void {
  const started = module.exports as object;
  let exported: object | undefined;
  const asked = (): object => {
    if (exported === undefined) {
      // what it loads may in turn load it, and is given what there is so far
      module.exports = exported = started;
      load();
      exported = module.exports as object;
    }
    return exported;
  };
  module.exports = new Proxy(
    {},
    {
      // the mark of a module that is used as it is, not copied key by key
      get: (_, key) => (key === "__esModule" ? true : (Reflect.get(asked(), key) as unknown)),
      has: (_, key) => Reflect.has(asked(), key),
      ownKeys: () => Reflect.ownKeys(asked()),
      getOwnPropertyDescriptor: (_, key) => {
        const found = Reflect.getOwnPropertyDescriptor(asked(), key);
        // a proxy may call nothing fixed that its target has not
        return found === undefined ? undefined : { ...found, configurable: true };
      },
    },
  );
}
