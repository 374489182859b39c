import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { clouds } from "../../../components/cloud";
import {
  camel,
  factFamilies,
  factMeanings,
  factPrefix,
  factValues,
} from "../../../components/delivery/clusterFacts";
import type { Cloud } from "../../../components/cloud";
import { production } from "../../blueprints/production";
import { find } from "../../support/run";

const page = readFileSync(join(__dirname, "../../../docs/argo-cd.md"), "utf8");

async function clusterOf(blueprint: string, cloud: Cloud) {
  const { inputs } = find(
    await production(blueprint, cloud),
    "kubernetes:core/v1:Secret",
    `${blueprint}-prod-argo-cd-cluster`,
  );
  return inputs["metadata"] as {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
}

describe("what the cluster's Secret tells applications", () => {
  for (const blueprint of ["suuupra", "gainsly", "explico"]) {
    it(`has the same keys for ${blueprint} on every cloud, and a value for each`, async () => {
      const found: Awaited<ReturnType<typeof clusterOf>>[] = [];
      // one after the other: a process runs one program at a time
      for (const cloud of clouds) found.push(await clusterOf(blueprint, cloud));
      const [first, ...others] = found.map(({ annotations }) => Object.keys(annotations).sort());
      for (const other of others) assert.deepEqual(other, first);
      for (const [at, { annotations, labels }] of found.entries()) {
        const empty = Object.entries(annotations).filter(([, value]) => value === "" || value === "{}");
        assert.deepEqual(empty, []);
        assert.equal(annotations[`${factPrefix}cloud`], clouds[at]);
        assert.equal(labels["argocd.argoproj.io/secret-type"], "cluster");
        assert.equal(labels[`${factPrefix}system`], blueprint);
      }
    });
  }

  it("names each identity as its cloud does", async () => {
    const key = `${factPrefix}identity-api-gateway`;
    assert.match((await clusterOf("suuupra", "aws")).annotations[key] ?? "", /^arn:aws:iam::\d{12}:role\//);
    assert.match(
      (await clusterOf("suuupra", "gcp")).annotations[key] ?? "",
      /@.+\.iam\.gserviceaccount\.com$/,
    );
  });

  it("is described fact by fact, with its key among a chart's values", () => {
    const rows = page.split("\n").filter((line) => line.startsWith(`| \`${factPrefix}`));
    const cells = rows.map((row) => row.split(" | ").map((cell) => cell.replaceAll("|", "").trim()));
    const expected = [
      ...Object.entries(factMeanings).map(([fact, meaning]) => [
        `\`${factPrefix}${fact}\``,
        `\`platform.${camel(fact)}\``,
        meaning,
      ]),
      [`\`${factPrefix}identity-<service>\``, "`platform.identities.<service>`", factFamilies["identity-"]],
      [`\`${factPrefix}store-<store>\``, "`platform.stores.<store>`", factFamilies["store-"]],
    ];
    assert.deepEqual(cells, expected);
  });

  it("is passed on whole, with nothing where there is no store", () => {
    const text = factValues({ stores: {}, identities: {} });
    for (const fact of Object.keys(factMeanings)) assert.ok(text.includes(`\n  ${camel(fact)}: {{ `), fact);
    assert.match(text, /\n {2}identities: \{\}\n {2}stores: \{\}\n$/);
  });
});
