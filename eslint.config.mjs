import tseslint from "typescript-eslint";

/** Pulumi's own mistakes, as selectors (each was seen to fire on a file that makes it). */
const pulumiMistakes = [
  {
    selector:
      "CallExpression[callee.property.name='apply'] NewExpression[callee.type='MemberExpression'][callee.object.name!='Intl']",
    message: "no resource inside apply: a first preview would not show it",
  },
  {
    selector:
      "ClassBody NewExpression[callee.type='MemberExpression'][callee.object.name!='pulumi'][arguments.length<3]",
    message: "a child resource needs options with parent: this",
  },
  {
    selector: "NewExpression[callee.object.name='pulumi'][callee.property.name='Config']",
    message: "config is read in config/ only",
  },
  {
    selector: "MemberExpression[object.name='process'][property.name='env']",
    message: "the environment is not config: read config/ only",
  },
  {
    selector: "CallExpression[callee.property.name='getStack']",
    message: "decide by config, not by stack name",
  },
];

/** Our own folders, and files beside them, as they are written from within a folder or, from a file of the root, with `./`. */
const ofFolders = (up, folders) => `^${up}(${folders.join("|")})(/|$)`;
const never = (message, ...folders) => ({ regex: ofFolders("(\\.\\./)+", folders), message });
const neverFromRoot = (message, ...folders) => ({ regex: ofFolders("\\./", folders), message });
const typesOnly = (pattern) => ({ ...pattern, allowTypeImports: true });

const oneWay = "imports point one way";
const clouds = {
  group: ["@pulumi/aws*", "@pulumi/gcp*", "@pulumi/eks*"],
  message: "what every cloud shares names no cloud",
};
const ofProviders = [
  never(oneWay, "preview", "policy", "blueprints", "bootstrap", "test", "platform$"),
  typesOnly(never("providers know the configuration by its types", "config")),
];

/** Who may not import what, as AGENTS.md has it; of two entries about a file the later one holds (test/lint.spec.ts). */
const imports = [
  {
    files: ["index.ts"],
    patterns: [
      neverFromRoot("config, then platform", "providers", "components", "blueprints", "policy", "preview"),
    ],
  },
  {
    files: [
      "platform.ts",
      "services.ts",
      "delivery.ts",
      "stores.ts",
      "queues.ts",
      "backups.ts",
      "containers.ts",
      "foundation.ts",
      "elastic.ts",
      "images.ts",
      "guards.ts",
      "tracing.ts",
      "vault.ts",
      "observability.ts",
      "dashboards.ts",
    ],
    patterns: [
      clouds,
      neverFromRoot(oneWay, "preview", "policy", "bootstrap", "test"),
      neverFromRoot("providers/index.ts decides by cloud", "providers/(aws|gcp)"),
      typesOnly(neverFromRoot("what is read and composed comes in as data", "config", "blueprints")),
    ],
  },
  {
    files: ["config/**"],
    patterns: [clouds, never(oneWay, "providers", "preview", "policy", "bootstrap", "test", "platform$")],
  },
  {
    files: ["components/**"],
    patterns: [
      clouds,
      never(oneWay, "providers", "config", "preview", "policy", "blueprints", "bootstrap", "test"),
      never(oneWay, "platform$"),
    ],
  },
  {
    files: ["blueprints/**"],
    patterns: [
      clouds,
      never(oneWay, "providers", "config", "preview", "policy", "bootstrap", "test", "platform$"),
      typesOnly(never("a blueprint is data", "components")),
    ],
  },
  { files: ["providers/**"], patterns: ofProviders },
  {
    files: ["providers/aws/**"],
    patterns: [
      ...ofProviders,
      never("a cloud knows nothing of the other", "gcp"),
      { group: ["@pulumi/gcp*"] },
    ],
  },
  {
    files: ["providers/gcp/**"],
    patterns: [
      ...ofProviders,
      never("a cloud knows nothing of the other", "aws"),
      { group: ["@pulumi/aws*", "@pulumi/eks*"] },
    ],
  },
  {
    files: ["policy/**"],
    patterns: [
      never(
        "the pack and the program do not import each other",
        "preview",
        "providers",
        "components",
        "config",
        "blueprints",
        "bootstrap",
        "test",
        "platform$",
      ),
    ],
  },
  {
    files: ["preview/**"],
    patterns: [
      never(
        "the preview knows the program by running it",
        "providers",
        "components",
        "config",
        "blueprints",
        "bootstrap",
        "test",
        "platform$",
      ),
    ],
  },
  {
    files: ["operations/**"],
    patterns: [
      clouds,
      never(
        "operations know the program by running it",
        "providers",
        "config",
        "blueprints",
        "bootstrap",
        "test",
        "platform$",
      ),
    ],
  },
  {
    files: ["local/**"],
    patterns: [clouds, never(oneWay, "providers", "preview", "policy", "bootstrap", "test", "platform$")],
  },
  {
    files: ["bootstrap/**"],
    patterns: [never(oneWay, "config", "blueprints", "preview", "policy", "test", "platform$")],
  },
].map(({ files, patterns }) => ({
  files,
  rules: { "@typescript-eslint/no-restricted-imports": ["error", { patterns }] },
}));

export default tseslint.config(
  { ignores: ["node_modules/", "bin/", "images/", ".local/", "**/*.mjs", "**/*.cjs", "**/*.js"] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/prefer-nullish-coalescing": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/no-unnecessary-condition": "error",
      "no-console": "error",
      complexity: ["error", 12],
      "max-lines": ["error", 400],
      "max-params": ["error", 4],
    },
  },
  {
    files: ["components/**", "providers/**", "blueprints/**", "platform.ts"],
    rules: { "no-restricted-syntax": ["error", ...pulumiMistakes] },
  },
  ...imports,
  {
    files: ["test/**"],
    rules: {
      "@typescript-eslint/no-unused-expressions": "off",
      "no-restricted-syntax": [
        "error",
        {
          selector: "ExpressionStatement > CallExpression[callee.property.name='apply']",
          message: "an assertion in an unawaited apply passes whatever it says: await valueOf(output)",
        },
      ],
    },
  },
);
