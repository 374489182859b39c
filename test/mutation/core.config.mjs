/*
 * What rules stand on, against its own tests alone: those of the rules reach all of it, and would run whole against each change that
 * none notices.
 */
import { readFileSync } from "node:fs";

const all = JSON.parse(readFileSync(new URL("stryker.config.json", import.meta.url), "utf8"));

export default {
  ...all,
  mochaOptions: {
    ...all.mochaOptions,
    spec: all.mochaOptions.spec.filter((file) => !file.startsWith("test/mutation/")),
  },
  mutate: all.mutate.map((files) => files.replace("policy/**/", "policy/")),
};
