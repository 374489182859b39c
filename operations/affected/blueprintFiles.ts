/**
 * Files of `blueprints/` that are one blueprint's alone, from the repository's root; what else lies there is every
 * blueprint's. `test/operations/affected.spec.ts` holds it against the blueprints that there are.
 */
export const blueprintFiles: Readonly<Record<string, string>> = {
  "blueprints/seoPlatform.ts": "seo-platform",
  "blueprints/suuupra.ts": "suuupra",
  "blueprints/gainsly.ts": "gainsly",
  "blueprints/explico.ts": "explico",
  "blueprints/publishing.ts": "publishing",
};
