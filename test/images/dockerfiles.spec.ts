import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Dockerfile, DockerfileParser, type From } from "dockerfile-ast";
import { needTool } from "../support/tools";

const folder = join(__dirname, "../../images");
const images = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** What is in a Dockerfile that no image may have. */
type Refusal = (file: Dockerfile) => readonly string[];

const pinned = /^[a-z0-9.-]+\/[a-z0-9./-]+:[\w.-]+@sha256:[0-9a-f]{64}$/;
const secret = /secret|passw|token|credential|api_?key|private_?key/i;

const refusals: Readonly<Record<string, Refusal>> = {
  "is made in one stage alone": (file) => (fromsOf(file).length > 1 ? [] : ["one FROM"]),
  "is made from what no digest names": (file) => {
    const known = argumentsOf(file);
    return fromsOf(file)
      .map((from) => {
        const variable = /^\$\{(\w+)\}$/.exec(from.getImage() ?? "")?.[1] ?? "";
        return known[variable] ?? `${from.getImage()}, which is no argument`;
      })
      .filter((image) => !pinned.test(image));
  },
  "runs as anybody but 10001": (file) => {
    const users = lastStage(file).filter((one) => one.getKeyword() === "USER");
    const [user, ...others] = users.map((one) => one.getArgumentsContent());
    return user === "10001:10001" && others.length === 0 ? [] : [`USER ${[user, ...others].join(", ")}`];
  },
  "fetches by ADD": (file) => textsOf(file, "ADD"),
  "has a secret among its variables": (file) => [
    ...textsOf(file, "ENV").filter((text) => secret.test(text)),
    ...textsOf(file, "ARG").filter((text) => secret.test(text)),
  ],
  "starts by a shell": (file) =>
    ["ENTRYPOINT", "CMD", "HEALTHCHECK"].flatMap((keyword) => {
      const found = lastStage(file).filter((one) => one.getKeyword() === keyword);
      if (keyword === "CMD" && found.length === 0) return [];
      const [text] = found.map((one) => one.getTextContent());
      if (text === undefined) return [`no ${keyword}`];
      return /^(ENTRYPOINT|CMD|HEALTHCHECK\b[^[]*\bCMD)\s+\[/s.test(text) ? [] : [text];
    }),
  "writes what it runs as somebody who runs it": (file) =>
    lastStage(file)
      .filter((one) => one.getKeyword() === "COPY")
      .map((one) => one.getTextContent())
      .filter((copy) => /--chown=(?!0)/.test(copy)),
  "doesn't say what it is": (file) => {
    const said = textsOf(file, "LABEL").join(" ");
    return ["title", "description", "licenses", "version", "revision", "source"].filter(
      (label) => !said.includes(`org.opencontainers.image.${label}=`),
    );
  },
  "installs what no lock file has": (file) =>
    textsOf(file, "RUN").filter(
      (run) =>
        /npm (install|i) /.test(run) ||
        (/npm ci/.test(run) && !run.includes("--ignore-scripts")) ||
        (/pip install/.test(run) && !run.includes("--require-hashes")) ||
        /go (get|install) /.test(run),
    ),
  "fetches again what it has fetched": (file) =>
    textsOf(file, "RUN").filter(
      (run) => /npm ci|pip install|go (mod download|build)/.test(run) && !run.includes("--mount=type=cache"),
    ),
};

function fromsOf(file: Dockerfile): readonly From[] {
  return file.getFROMs();
}

/** Arguments before the first FROM, which are those that FROM knows, with what they are where nobody says it. */
function argumentsOf(file: Dockerfile): Readonly<Record<string, string>> {
  return Object.fromEntries(
    file.getInitialARGs().map((argument) => {
      const property = argument.getProperty();
      return [property?.getName() ?? "", property?.getValue() ?? ""];
    }),
  );
}

function lastStage(file: Dockerfile): readonly ReturnType<Dockerfile["getInstructions"]>[number][] {
  const all = file.getInstructions();
  return all.slice(all.map((one) => one.getKeyword()).lastIndexOf("FROM"));
}

/** Instructions of a keyword, in every stage. */
function textsOf(file: Dockerfile, keyword: string): readonly string[] {
  return file
    .getInstructions()
    .filter((one) => one.getKeyword() === keyword)
    .map((one) => one.getTextContent());
}

describe("the images", () => {
  for (const image of images) {
    const path = join(folder, image, "Dockerfile");
    const file = DockerfileParser.parse(readFileSync(path, "utf8"));

    for (const [refusal, judge] of Object.entries(refusals)) {
      it(`${image} is no image that ${refusal}`, () => {
        assert.deepEqual(judge(file), []);
      });
    }

    it(`${image} is made of nothing but what is named`, () => {
      const [all, ...named] = readFileSync(join(folder, image, ".dockerignore"), "utf8")
        .split("\n")
        .filter((line) => line !== "" && !line.startsWith("#"));
      assert.equal(all, "*");
      const missing = named
        .filter((line) => /^![^*]+$/.test(line))
        .map((line) => line.slice(1))
        .filter((name) => !existsSync(join(folder, image, name)));
      assert.deepEqual(missing, []);
    });

    it(`${image} is an image of which hadolint has nothing to say`, function () {
      const { status, stdout } = spawnSync(needTool(this, "hadolint"), [path], { encoding: "utf8" });
      assert.equal(status, 0, stdout);
    });
  }

  it("are refused where they were made as images should not be", () => {
    const bad = DockerfileParser.parse(
      [
        "FROM node:24",
        "ADD https://example.com/x.tar.gz /",
        "ENV API_TOKEN=x",
        "RUN npm install -g x",
        "RUN npm ci",
        "COPY --chown=10001 src /app",
        "USER node",
        "HEALTHCHECK CMD curl localhost",
        "ENTRYPOINT node /app/main.js",
      ].join("\n"),
    );
    const silent = Object.entries(refusals)
      .filter(([, judge]) => judge(bad).length === 0)
      .map(([refusal]) => refusal);
    assert.deepEqual(silent, []);
  });
});
