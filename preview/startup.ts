import { readFileSync } from "node:fs";
import Module from "node:module";
import { join, sep } from "node:path";

/*
 * Imported before all else by the command line: makes the import of the Pulumi SDKs, thousands of modules, take half the
 * time that it takes under tsx (0.9 s to 0.45 s).
 *
 * - tsx looks at every module for something to transform, and has Node read the source map of each: packages need neither.
 * - The core SDK loads the TypeScript compiler and npm's tree of packages, for programs that turn functions into source
 *   code. They are loaded when something of theirs is asked for, which no preview does.
 */

interface LoadedModule {
  exports: unknown;
  filename: string | null;
  paths: string[];
  _compile: (content: string, file: string) => void;
}
type Loader = (module: LoadedModule, file: string) => void;

const packages = `${sep}node_modules${sep}`;
const loadedWhenAsked = [
  join("@pulumi", "pulumi", "typescript-shim.js"),
  join("@npmcli", "arborist", "lib", "index.js"),
].map((file) => packages + file);

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
    } else if (loadedWhenAsked.some((lazy) => file.endsWith(lazy))) {
      module.exports = whenAsked(() => {
        compiling(module, file);
        return module.exports as object;
      });
    } else {
      compiling(module, file);
    }
  };
}

/** Stands for an object until something is asked of it. */
function whenAsked(load: () => object): object {
  let loaded: object | undefined;
  return new Proxy(
    {},
    {
      // the mark of a module that is used as it is, not copied key by key
      get: (_, key) => (key === "__esModule" ? true : (Reflect.get((loaded ??= load()), key) as unknown)),
      has: (_, key) => Reflect.has((loaded ??= load()), key),
    },
  );
}
