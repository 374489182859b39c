import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { githubBranch, githubIssuer, githubRepository } from "../../components/delivery/ciIdentity";
import { environmentSubject } from "../../components/delivery/deployer";
import { signerOf } from "../../components/guardrails/imageSignatures";
import { operationStatus } from "../../operations/status";
import { needTool } from "../support/tools";
import { actionFiles, jobs, root, steps, workflowFiles, workflows } from "./support";

const { scripts, dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
};

/** An expression whose value somebody outside may choose, where a shell would read it. */
const expression = /\$\{\{/;

describe("Workflows", () => {
  it("give no permission to all jobs, and each job its own", () => {
    for (const [file, { permissions }] of Object.entries(workflows)) {
      assert.deepEqual(permissions, {}, file);
    }
    for (const { title, job } of jobs) {
      assert.notEqual(job.permissions, undefined, `${title} says no permissions`);
      for (const [scope, level] of Object.entries(job.permissions ?? {})) {
        assert.ok(["read", "write"].includes(level), `${title}: ${scope}: ${level}`);
      }
    }
  });

  it("sign in to a cloud only where a job may ask for a token, and never where it may write to the repository", () => {
    const signsIn = (uses: string | undefined) =>
      /aws-actions\/configure-aws-credentials|google-github-actions\/auth|actions\/sign-in/.test(uses ?? "");
    const signing = jobs.filter(({ job }) => job.steps?.some(({ uses }) => signsIn(uses)) === true);
    assert.ok(signing.length >= 3, `expected several, got ${signing.length}`);
    for (const { title, job } of signing) {
      assert.deepEqual(job.permissions, { contents: "read", "id-token": "write" }, title);
    }
    for (const { title, job } of jobs.filter(({ job: { steps: own } }) => own !== undefined)) {
      const asks = job.permissions?.["id-token"] === "write";
      assert.equal(
        asks,
        signing.some((one) => one.title === title),
        `${title} may ask for a token and uses none`,
      );
    }
  });

  it("name each action by the commit of a version", () => {
    const used = [...workflowFiles, ...actionFiles].flatMap(({ path, text }) =>
      [...text.matchAll(/^\s*(?:- )?uses: (.+)$/gm)].map(([, uses = ""]) => ({ path, uses })),
    );
    assert.ok(used.length > 20, `expected many, got ${used.length}`);
    const pins = new Map<string, string>();
    for (const { path, uses } of used.filter(({ uses: one }) => !one.startsWith("./"))) {
      const found = /^([\w.-]+\/[\w./-]+)@([0-9a-f]{40}) # v\d+\.\d+\.\d+$/.exec(uses);
      assert.ok(found, `${path}: ${uses}`);
      const [, action = "", commit = ""] = found;
      assert.equal(pins.get(action) ?? commit, commit, `${action} is used in two versions`);
      pins.set(action, commit);
    }
  });

  it("keep no credential of the checkout", () => {
    for (const { title, step } of steps.filter(({ step: { uses } }) =>
      uses?.startsWith("actions/checkout@"),
    )) {
      assert.equal(step.with?.["persist-credentials"], false, title);
    }
  });

  it("put no expression into a script", () => {
    for (const { title, step } of steps) {
      assert.doesNotMatch(step.run ?? "", expression, title);
    }
  });

  it("know no key of a cloud, and one secret: the token of SonarQube", () => {
    for (const { path, text } of [...workflowFiles, ...actionFiles]) {
      const secrets = [...text.matchAll(/secrets\.([\w-]+)/g)].map(([, name]) => name);
      assert.deepEqual(
        secrets.filter((name) => name !== "SONAR_TOKEN" && name !== "sonar-token"),
        [],
        path,
      );
      assert.doesNotMatch(
        text,
        /AWS_ACCESS_KEY|AWS_SECRET|aws-access-key-id|aws-secret-access-key|credentials_json|GOOGLE_CREDENTIALS|PULUMI_ACCESS_TOKEN|secrets: inherit/i,
        path,
      );
    }
  });

  it("run nothing for a pull request with the rights of the repository", () => {
    for (const [file, { on }] of Object.entries(workflows)) {
      assert.ok(!("pull_request_target" in on) && !("workflow_run" in on), file);
    }
  });

  it("end: each job has a time after which it is stopped", () => {
    for (const { title, job } of jobs.filter(({ job: { uses } }) => uses === undefined)) {
      assert.ok((job["timeout-minutes"] ?? Infinity) <= 240, title);
    }
  });

  it("update a stack one after the other, and stop none on its way", () => {
    const updating = jobs.filter(({ job }) =>
      job.steps?.some(({ run }) => /npm run --silent (deploy|rollback) /.test(run ?? "")),
    );
    assert.deepEqual(
      updating.map(({ title }) => title),
      ["deploy-stack.yaml: deploy"],
    );
    // the record of what is good is a part of it, and so who calls the workflow holds the stack; a job within would wait for that
    const callers = jobs.filter(({ job }) => job.uses === "./.github/workflows/deploy-stack.yaml");
    assert.deepEqual(
      callers.map(({ job }) => [job.concurrency, job.with?.["stack"]]),
      callers.map(() => [
        { group: "stack-${{ matrix.stack }}", "cancel-in-progress": false },
        "${{ matrix.stack }}",
      ]),
    );
    assert.equal(callers.length, 2);
    for (const { job } of jobs.filter(({ file }) => file === "deploy-stack.yaml")) {
      assert.equal(job.concurrency, undefined);
    }
    // prod waits for staging, and both run in the environment that is named to the cloud
    const { staging, prod } = workflows["deploy.yaml"]?.jobs ?? {};
    assert.ok([prod?.needs ?? []].flat().includes("staging"));
    assert.deepEqual([staging?.with?.["environment"], prod?.with?.["environment"]], ["staging", "prod"]);
    assert.equal(workflows["deploy.yaml"]?.concurrency, undefined);
  });

  it("roll back what was changed and is not well, and nothing else", () => {
    const back = steps.filter(({ step: { run } }) => run?.includes("npm run --silent rollback") === true);
    assert.deepEqual(
      back.map(({ step }) => step.if),
      ["failure() && steps.deploy.outputs.status == '4'"],
    );
    assert.equal(operationStatus.changed, 4);
  });

  it("run npm scripts, files, actions and workflows that there are", () => {
    const texts = [...workflowFiles, ...actionFiles];
    const run = texts.flatMap(({ path, text }) =>
      [...text.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, script = ""]) => ({ path, script })),
    );
    assert.ok(run.length > 5);
    for (const { path, script } of run) assert.ok(script in scripts, `${path}: npm run ${script}`);
    for (const { path, text } of texts) {
      for (const [, local = ""] of text.matchAll(/uses: \.\/(\S+)/g)) {
        const file = local.endsWith(".yaml") ? local : join(local, "action.yaml");
        assert.ok(existsSync(join(root, file)), `${path}: ${local}`);
      }
      for (const [file] of text.matchAll(
        /(?:\.github\/zap|policy|test\/fixtures)\/[\w./-]+\.(?:tsv|json)/g,
      )) {
        assert.ok(existsSync(join(root, file)), `${path}: ${file}`);
      }
    }
  });

  it("run commands of operations that there are", () => {
    const used = workflowFiles.flatMap(({ text }) =>
      [...text.matchAll(/operations -- ([\w-]+)/g)].map(([, name = ""]) => name),
    );
    const known = readFileSync(join(root, "operations/commandLine.ts"), "utf8");
    for (const name of new Set(used)) assert.ok(known.includes(`"${name}"`), name);
  });

  it("wait for jobs that there are, and know reusable workflows as such", () => {
    for (const { file, title, job } of jobs) {
      for (const needed of [job.needs ?? []].flat()) {
        assert.ok(needed in (workflows[file]?.jobs ?? {}), `${title} needs ${needed}`);
      }
      if (job.uses === undefined) continue;
      const called = workflows[job.uses.replace("./.github/workflows/", "")];
      assert.ok(called !== undefined && "workflow_call" in called.on, `${title} calls ${job.uses}`);
    }
  });

  it("give a workflow that they call all that its jobs ask for", () => {
    for (const { title, job } of jobs.filter(({ job: { uses } }) => uses !== undefined)) {
      const called = workflows[(job.uses ?? "").replace("./.github/workflows/", "")];
      for (const asked of Object.values(called?.jobs ?? {})) {
        for (const [scope, level] of Object.entries(asked.permissions ?? {})) {
          const given = job.permissions?.[scope];
          assert.ok(
            given === "write" || given === level,
            `${title} gives ${scope}: ${given ?? "none"}, not ${level}`,
          );
        }
      }
    }
  });

  it("install the Pulumi CLI of the SDK's version", () => {
    const versions = actionFiles.flatMap(({ text }) =>
      [...text.matchAll(/pulumi-version: (\S+)/g)].map(([, version]) => version),
    );
    assert.deepEqual(versions, [dependencies["@pulumi/pulumi"]]);
  });

  it("are of actionlint's opinion too", function () {
    this.timeout(120_000);
    const tool = needTool(this, "actionlint");
    const { status, stdout, stderr } = spawnSync(tool, ["-no-color"], { cwd: root, encoding: "utf8" });
    assert.equal(status, 0, stdout + stderr);
  });
});

describe("Who workflows are to the clouds and to the cluster", () => {
  const repository = "example/seo-platform";
  const branch = "main";

  it("is for an image who the cluster's policy believes", () => {
    assert.match(repository, githubRepository);
    assert.match(branch, githubBranch);
    const believed = new RegExp(signerOf({ repository, branch }));
    // of a workflow that is called the certificate names the file that is called
    const publisher = "image.yaml";
    const signs = jobs.filter(
      ({ job }) => job.steps?.some(({ run }) => run?.includes("cosign sign ")) === true,
    );
    assert.deepEqual(
      signs.map(({ file }) => file),
      [publisher],
    );
    assert.match(
      `https://github.com/${repository}/.github/workflows/${publisher}@refs/heads/${branch}`,
      believed,
    );
    const text = readFileSync(join(root, ".github/workflows", publisher), "utf8");
    assert.ok(text.includes(`ISSUER: https://${githubIssuer}\n`));
    assert.ok(
      text.includes(`/.github/workflows/${publisher}@`),
      "what it verifies after signing is signed by another file",
    );
  });

  it("is for the registry a branch and no environment", () => {
    for (const { title, job } of jobs.filter(({ file }) => file.startsWith("image"))) {
      assert.equal(job.environment, undefined, title);
    }
  });

  it("is an environment that a cloud can let in, wherever one is named", () => {
    for (const { title, job } of jobs) {
      if (job.environment === undefined || expression.test(job.environment)) continue;
      assert.equal(
        environmentSubject(repository, job.environment),
        `repo:${repository}:environment:${job.environment}`,
        title,
      );
    }
  });

  it("is for a pull request a pull request, and of this repository's own branches alone", () => {
    const { preview, offline, comment } = workflows["pulumi-preview.yaml"]?.jobs ?? {};
    assert.equal(preview?.environment, undefined);
    assert.match(preview?.if ?? "", /head\.repo\.full_name == github\.repository/);
    // and what forks get has no right but to read
    assert.deepEqual(offline?.permissions, { contents: "read" });
    // who may write comments runs nothing of the pull request
    const checkout = comment?.steps?.find(({ uses }) => uses?.startsWith("actions/checkout@"));
    assert.equal(checkout?.with?.["ref"], "${{ github.event.pull_request.base.sha }}");
  });
});
