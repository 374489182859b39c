import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commentMarker, previewComment } from "../../operations/github/comment";
import { driftState } from "../../operations/github/driftIssue";
import { codeBlock, maxBody, shortened, withoutSecrets } from "../../operations/github/markdown";
import { type Got, operations, serving } from "./support";

const token = "the-workflow's-own";
const env = (url: string) => ({
  GITHUB_API_URL: url,
  GITHUB_REPOSITORY: "example/platform",
  GITHUB_TOKEN: token,
});

/** Texts that a comment must not hold, each with what stands in their place. */
const secrets: readonly (readonly [text: string, shown: string])[] = [
  ["key AKIAIOSFODNN7EXAMPLE of", "key [hidden] of"],
  [`token ghp_${"a1".repeat(18)}!`, "token [hidden]!"],
  [`github_pat_${"x".repeat(40)}`, "[hidden]"],
  ["xoxb-1234-abcd", "[hidden]"],
  ["https://hooks.slack.com/services/T0/B0/abc", "[hidden]"],
  ["postgres://app:hunter2@db/app", "postgres://app:[hidden]@db/app"],
  ['+ password: "hunter2"', "+ password: [hidden]"],
  ['"apiKey": "abc"', '"apiKey": [hidden]'],
  [`pul-${"0a".repeat(20)}`, "[hidden]"],
  ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig", "[hidden]"],
  ["-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nafter", "[hidden]\nafter"],
  ["-----BEGIN PRIVATE KEY-----\nMIIE\nand no end", "[hidden]"],
  // Pulumi's own mask says that there is one
  ['password: "[secret]"', 'password: "[secret]"'],
  ["\u001b[32m+ created\u001b[0m", "+ created"],
];

describe("What a workflow says on GitHub", () => {
  for (const [text, shown] of secrets) {
    it(`shows ${JSON.stringify(shown)} of ${JSON.stringify(text.slice(0, 24))}`, () => {
      assert.equal(withoutSecrets(text), shown);
    });
  }

  it("can't be left by what it quotes", () => {
    const quoted = "one\n```\n</details> @everyone\n````\n";
    const block = codeBlock(quoted, 1000);
    const [fence = ""] = block.split("\n");
    assert.equal(fence, "`````");
    assert.equal(block, `${fence}\n${quoted.trimEnd()}\n${fence}`);
  });

  it("keeps the beginning and the end of what is too long", () => {
    const short = shortened(`first${"x".repeat(5000)}last`, 200);
    assert.ok(short.length <= 200 && short.startsWith("first") && short.endsWith("last"), short);
    assert.match(short, /\d+ characters are left out/);
    assert.equal(shortened("all of it", 200), "all of it");
  });

  it("fits into a comment however much there is to say of however many stacks", () => {
    for (const count of [1, 2, 7]) {
      const previews = Array.from({ length: count }, (_, at) => ({
        stack: `stack-${at}`,
        status: at % 2,
        text: `\`\`\`\n${"line\n".repeat(100_000)}`,
      }));
      const body = previewComment(previews, "0123456789abcdef", "https://example.com/run");
      assert.ok(body.length <= maxBody, `${count}: ${body.length}`);
      assert.ok(body.length > maxBody * 0.9, `${count}: room is left: ${body.length}`);
      for (const { stack } of previews) assert.ok(body.includes(`<code>${stack}</code>`));
      assert.equal(body.split("</details>").length - 1, count);
    }
  });

  it("calls drift what the CLI calls so, and a failure a failure", () => {
    assert.deepEqual([0, 7, 1, 255].map(driftState), ["clean", "drifted", "failed", "failed"]);
  });
});

describe("operations comment", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "groundwork-previews-"));
    writeFileSync(join(folder, "prod.txt"), "+ aws:s3:Bucket\n");
    writeFileSync(join(folder, "prod.status"), "0\n");
    writeFileSync(join(folder, "staging.txt"), "it ended early");
    writeFileSync(join(folder, "not a stack!.txt"), "no");
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const comment = (url: string) =>
    operations({ env: env(url) }, "comment", "--pull-request", "5", "--commit", "abc", "--from", folder);

  const others = [
    { id: 1, user: { login: "someone" }, body: `${commentMarker} mine, I say` },
    { id: 2, user: { login: "github-actions[bot]" }, body: "another workflow's" },
  ];

  it("makes one where there is none of its own, whatever others wrote", async () => {
    await serving(
      ({ method }) => ({ body: method === "GET" ? others : {} }),
      async (url, requests) => {
        assert.deepEqual(await comment(url), { status: 0, stdout: "comment made\n", stderr: "" });
        const [listed, made] = requests;
        assert.equal(listed?.url, "/repos/example/platform/issues/5/comments?per_page=100&page=1");
        assert.equal(listed.headers.authorization, `Bearer ${token}`);
        assert.deepEqual([made?.method, made?.url], ["POST", "/repos/example/platform/issues/5/comments"]);
        const { body } = made?.body as { readonly body: string };
        assert.ok(body.startsWith(commentMarker));
        assert.match(body, /✅ <code>prod<\/code>/);
        // it wrote no status: its preview did not end
        assert.match(body, /❌ <code>staging<\/code>: exit status 3/);
        assert.doesNotMatch(body, /not a stack/);
      },
    );
  });

  it("writes its own anew, on whatever page it is", async () => {
    const many = Array.from({ length: 100 }, (_, id) => ({
      id: 100 + id,
      user: { login: "someone" },
      body: "",
    }));
    const own = { id: 7, user: { login: "github-actions[bot]" }, body: `${commentMarker}\n\nbefore` };
    await serving(
      ({ method, url }) => ({ body: method !== "GET" ? {} : url.endsWith("&page=1") ? many : [own] }),
      async (url, requests) => {
        assert.equal((await comment(url)).stdout, "comment updated\n");
        const last = requests.at(-1);
        assert.deepEqual([last?.method, last?.url], ["PATCH", "/repos/example/platform/issues/comments/7"]);
      },
    );
  });

  it("says what GitHub refused, and what is missing", async () => {
    await serving(
      () => ({ status: 403, body: { message: "Resource not accessible by integration" } }),
      async (url) => {
        const { status, stderr } = await comment(url);
        assert.equal(status, 3);
        assert.match(stderr, /expected an answer of 2xx, got 403: Resource not accessible by integration/);
        assert.doesNotMatch(stderr, new RegExp(token));
      },
    );
    const { status, stderr } = await operations(
      {},
      "comment",
      "--pull-request",
      "5",
      "--commit",
      "a",
      "--from",
      folder,
    );
    assert.equal(status, 2);
    assert.match(stderr, /GITHUB_REPOSITORY: expected a value, got none/);
    const wrong = await operations(
      {},
      "comment",
      "--pull-request",
      "5;ls",
      "--commit",
      "a",
      "--from",
      folder,
    );
    assert.equal(wrong.status, 2);
  });
});

describe("operations drift-issue", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "groundwork-drift-"));
    writeFileSync(join(folder, "prod.txt"), "~ aws:s3:Bucket\n");
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const open = [
    { number: 3, title: "Drift: staging" },
    { number: 4, title: "Drift: prod", pull_request: {} },
    { number: 9, title: "Drift: prod" },
  ];
  const cases: readonly {
    readonly title: string;
    readonly issues: readonly object[];
    readonly status: number;
    readonly asked: string | undefined;
    readonly exit: number;
    readonly said: string;
  }[] = [
    {
      title: "opens one",
      issues: [],
      status: 7,
      asked: "POST issues",
      exit: 1,
      said: "prod: drifted, issue: opened",
    },
    {
      title: "writes it anew",
      issues: open,
      status: 7,
      asked: "PATCH issues/9",
      exit: 1,
      said: "prod: drifted, issue: updated",
    },
    {
      title: "opens one where nobody knows",
      issues: [],
      status: 1,
      asked: "POST issues",
      exit: 1,
      said: "prod: failed, issue: opened",
    },
    {
      title: "closes it",
      issues: open,
      status: 0,
      asked: "PATCH issues/9",
      exit: 0,
      said: "prod: clean, issue: closed",
    },
    {
      title: "says nothing where nothing was",
      issues: [],
      status: 0,
      asked: undefined,
      exit: 0,
      said: "prod: clean, issue: none",
    },
  ];
  for (const { title, issues, status, asked, exit, said } of cases) {
    it(title, async () => {
      await serving(
        ({ method }) => ({ body: method === "GET" ? issues : {} }),
        async (url, requests) => {
          const ended = await operations(
            { env: env(url) },
            ...[
              "drift-issue",
              "--stack",
              "prod",
              "--status",
              `${status}`,
              "--from",
              join(folder, "prod.txt"),
            ],
          );
          assert.equal(ended.stdout, `${said}\n`);
          assert.equal(ended.status, exit);
          assert.match(requests[0]?.url ?? "", /issues\?state=open&labels=drift&/);
          const sent = requests.slice(1);
          assert.deepEqual(sent.map(nameOf), asked === undefined ? [] : [asked]);
          if (asked === "POST issues") {
            const body = sent[0]?.body as {
              readonly title: string;
              readonly labels: readonly string[];
              readonly body: string;
            };
            assert.deepEqual([body.title, body.labels], ["Drift: prod", ["drift"]]);
            assert.match(body.body, /aws:s3:Bucket/);
          }
          if (title === "closes it")
            assert.deepEqual(sent[0]?.body, { state: "closed", state_reason: "completed" });
        },
      );
    });
  }

  const nameOf = ({ method, url }: Got) => `${method} ${url.replace("/repos/example/platform/", "")}`;
});
