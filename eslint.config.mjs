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

export default tseslint.config(
  { ignores: ["node_modules/", "bin/", "**/*.mjs", "**/*.cjs", "**/*.js"] },
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
  {
    files: ["components/**", "blueprints/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: ["@pulumi/aws*", "@pulumi/gcp*", "@pulumi/eks*"],
              message: "what every cloud shares names no cloud",
            },
            {
              group: ["**/providers/**", "**/config/**", "**/preview/**", "**/policy/**"],
              message: "imports point one way",
            },
          ],
        },
      ],
    },
  },
  {
    files: ["providers/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: ["**/preview/**", "**/policy/**", "**/blueprints/**"],
              message: "imports point one way",
            },
          ],
        },
      ],
    },
  },
  {
    files: ["policy/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: [
                "**/preview/**",
                "**/providers/**",
                "**/components/**",
                "**/config/**",
                "**/blueprints/**",
              ],
              message: "the pack and the program do not import each other",
            },
          ],
        },
      ],
    },
  },
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
