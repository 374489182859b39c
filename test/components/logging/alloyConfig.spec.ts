import assert from "node:assert/strict";
import {
  eventsPipeline,
  healthCheck,
  nodePipeline,
  podLogs,
  securityEvent,
  unhealthy,
  workloadPattern,
} from "../../../components/logging/alloyConfig";
import { redactions, redactionRules, redactionsOf } from "../../../components/logging/redaction";

const args = { systemNamespace: "shop", redact: redactionsOf(redactions) };

/** A pattern of RE2 as JavaScript writes it. */
const regex = (pattern: string): RegExp => new RegExp(pattern.replaceAll("(?P<", "(?<"));

/** Texts in a configuration that follow a name, unescaped. */
function texts(pipeline: string, name: string): readonly string[] {
  return [...pipeline.matchAll(new RegExp(`\\b${name}\\s+= ("(?:[^"\\\\]|\\\\.)*")`, "g"))].map(
    ([, text = ""]) => JSON.parse(text) as string,
  );
}

describe("what Alloy does with what pods say", () => {
  const pipeline = nodePipeline(args);

  for (const [pod, app] of [
    ["backend-api-6d4cf56db6-x8k2p", "backend-api"],
    ["node-exporter-x8k2p", "node-exporter"],
    ["loki-0", "loki"],
    ["backend-db-0", "backend-db"],
    ["prometheus-kube-prometheus-stack-prometheus-1", "prometheus-kube-prometheus-stack-prometheus"],
    ["vault-snapshots-29412345-q7wzx", "vault-snapshots"],
    ["api-v2-7c9fbb8d5c-2xkqz", "api-v2"],
  ] as const) {
    it(`calls ${pod} one of ${app}`, () => {
      assert.equal(regex(workloadPattern).exec(pod)?.groups?.["app"], app);
    });
  }

  it("calls a pod that none made by its container", () => {
    assert.equal(regex(workloadPattern).exec("kube-proxy-ip-10-0-1-2.ec2.internal"), null);
    const stages = [...pipeline.matchAll(/source {5}= "(\w+)"/g)].map(([, source]) => source);
    assert.deepEqual(stages, ["filename", "container", "pod"]);
  });

  it("reads namespace, pod and container from the file's name", () => {
    const [byFile = ""] = texts(pipeline, "expression");
    const groups = regex(byFile).exec(`${podLogs}/shop_api-1_0f3c-12/api/0.log`)?.groups;
    assert.deepEqual({ ...groups }, { namespace: "shop", pod: "api-1", container: "api" });
  });

  it("makes no label of what differs from line to line", () => {
    assert.deepEqual(
      [...pipeline.matchAll(/stage\.labels \{\n\s+values = \{(.+)\}/g)].map(([, labels]) => labels),
      ['namespace = "", app = "", container = ""'],
    );
    assert.match(
      pipeline,
      /stage\.structured_metadata \{\n\s+values = \{pod = "", node = "", stream = "", level = "", trace_id = "", span_id = ""\}/,
    );
    assert.match(pipeline, /stage\.label_drop \{\n\s+values = \["filename"\]/);
  });

  for (const line of [
    '10.0.1.2 - - "GET /healthz HTTP/1.1" 200 2 "-" "kube-probe/1.35"',
    '"GET /status HTTP/1.1" 200 "ELB-HealthChecker/2.0"',
    '{"method":"GET","path":"/ready","status":200}',
    '{"url":"/metrics?x=1","statusCode":200}',
    '"HEAD /livez HTTP/2.0" 204',
  ]) {
    it(`drops a health check that is well: ${line}`, () => {
      assert.ok(regex(healthCheck).test(line) && !regex(unhealthy).test(line));
    });
  }

  for (const line of [
    '"GET /healthz HTTP/1.1" 503 2 "-" "kube-probe/1.35"',
    '{"method":"GET","path":"/ready","status":500}',
    '{"path":"/ready","msg":"failed to reach the database"}',
    '{"method":"GET","path":"/api/health-plans","status":200}',
    '{"method":"GET","path":"/readers","status":200}',
    '{"msg":"paid","path":"/api/orders"}',
  ]) {
    it(`keeps ${line}`, () => {
      assert.ok(!regex(healthCheck).test(line) || regex(unhealthy).test(line));
    });
  }

  it("drops by both, what is a health check and what is well", () => {
    assert.equal(
      texts(pipeline, "selector")[0],
      `{namespace=~".+"} |~ ${JSON.stringify(healthCheck)} !~ ${JSON.stringify(unhealthy)}`,
    );
  });

  it("takes out personal data before it reads anything out of a line", () => {
    const patterns = texts(pipeline, "expression");
    for (const kind of redactions) assert.ok(patterns.includes(redactionRules[kind].pattern), kind);
    assert.ok(pipeline.lastIndexOf("stage.replace {") < pipeline.indexOf("stage.json {"));
    assert.ok(!nodePipeline({ ...args, redact: [] }).includes("stage.replace"));
  });

  it("gives the system's lines to its tenant, who was refused to the audit's, and the rest to the platform's", () => {
    assert.deepEqual(texts(pipeline, "selector").slice(1), [
      '{namespace="shop"}',
      '{namespace="vault", container="vault"} |~ "\\"type\\":\\"(request|response)\\"" |= "\\"request\\":{"',
      '{namespace="falco", container="falco"} |= "\\"rule\\":\\"" |= "\\"priority\\":\\""',
    ]);
    assert.deepEqual(texts(pipeline, "value"), ["shop", "audit", "audit"]);
    assert.deepEqual(texts(pipeline, "tenant_id"), ["platform"]);
  });
});

describe("what Alloy does with Kubernetes' events", () => {
  const pipeline = eventsPipeline(args);

  it("keeps each of them, and those by which somebody was refused for the audit too", () => {
    assert.match(pipeline, /forward_to = \[loki\.write\.loki\.receiver, loki\.process\.security\.receiver\]/);
    assert.deepEqual(texts(pipeline, "value"), ["shop", "audit"]);
  });

  for (const [event, security] of [
    ['{"reason":"PolicyViolation","msg":"image is not signed"}', true],
    ['{"msg":"Error creating: pods \\"a\\" is forbidden: exceeded quota","reason":"FailedCreate"}', true],
    ['{"msg":"Error creating: admission webhook denied the request","reason":"FailedCreate"}', true],
    ['{"msg":"Created pod: api-1","reason":"SuccessfulCreate"}', false],
    ['{"msg":"Back-off restarting failed container","reason":"BackOff"}', false],
  ] as const) {
    it(`${security ? "gives" : "does not give"} the audit ${event}`, () => {
      assert.equal(regex(securityEvent).test(event), security);
    });
  }

  it("takes personal data out of them", () => {
    for (const kind of redactions)
      assert.ok(texts(pipeline, "expression").includes(redactionRules[kind].pattern), kind);
  });
});
