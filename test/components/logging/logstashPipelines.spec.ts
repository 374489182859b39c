import * as assert from "node:assert/strict";
import {
  deadLettersPipeline,
  filePattern,
  healthPipeline,
  linesPipeline,
  quoted,
  refusedSignIn,
  servicePattern,
  tried,
} from "../../../components/logging/logstashPipelines";
import { redactionRules, redactions, redactionsOf } from "../../../components/logging/redaction";

const lines = linesPipeline({ systemNamespace: "shop", redact: redactionsOf(redactions) });

/** Depth of braces outside of texts and patterns at the end, and the least on the way. */
function depth(pipeline: string): readonly [end: number, least: number] {
  const bare = pipeline
    .replace(/'[^']*'/g, "")
    .replace(/"[^"]*"/g, "")
    .replace(/=~ \/(?:\\.|[^/\n])*\//g, "")
    .replace(/#.*$/gm, "");
  let [end, least] = [0, 0];
  for (const character of bare) {
    if (character === "{") end++;
    if (character === "}") end--;
    least = Math.min(least, end);
  }
  return [end, least];
}

describe("Logstash's pipelines", () => {
  for (const [name, pipeline] of Object.entries({
    lines,
    deadletters: deadLettersPipeline({ systemNamespace: "shop" }),
    health: healthPipeline(),
  })) {
    it(`have input, filters and outputs in that order, and close what they open: ${name}`, () => {
      assert.deepEqual(depth(pipeline), [0, 0]);
      assert.deepEqual(pipeline.match(/^\w+(?= \{$)/gm), ["input", "filter", "output"]);
    });
  }

  it("redact a line before they read anything out of it, by each rule that is asked for, in order", () => {
    const at = (text: string): number => {
      const found = lines.indexOf(text);
      assert.ok(found > 0, text);
      return found;
    };
    const places = redactions.map((kind) => at(redactionRules[kind].pattern));
    assert.deepEqual(
      places,
      [...places].sort((one, other) => one - other),
    );
    assert.ok(Math.max(...places) < at("grok {") && Math.max(...places) < at("json {"));
    const few = linesPipeline({ systemNamespace: "shop", redact: redactionsOf(["email"]) });
    assert.ok(few.includes(redactionRules.email.pattern));
    assert.ok(!few.includes(redactionRules.cardNumber.pattern));
  });

  it("keep no line that could not be looked through", () => {
    assert.match(
      lines,
      /tag_on_exception => "_unread"\n {2}\}\n.*\n {2}if "_unread" in \[tags\] \{ drop \{\} \}/,
    );
  });

  it("refuse a rule that Ruby would read otherwise", () => {
    for (const pattern of ["a!b", "a\\\\b"]) {
      assert.throws(
        () => linesPipeline({ systemNamespace: "shop", redact: [{ pattern, replacement: "x" }] }),
        /redaction: expected a pattern without ! and without \\\\, got/,
      );
    }
    assert.throws(() => quoted("it's"), /expected a text without single quotes/);
  });

  it("know a line's pod, namespace and container by the file's name", () => {
    const pod = "shop_api-gateway-6c4f7d8b9c-x2x4z_0b7ff7f5-6b0e-4b3c-9a51-7a2f0d3c4e5f";
    for (const file of ["0.log", "12.log", "0.log.20261101-093000", "0.log.20261101-093000.gz"]) {
      assert.deepEqual(
        { ...tried(filePattern).exec(`/var/log/pods/${pod}/istio-proxy/${file}`)?.groups },
        {
          kubernetes_pod_name: "api-gateway-6c4f7d8b9c-x2x4z",
          kubernetes_namespace: "shop",
          kubernetes_container_name: "istio-proxy",
        },
        file,
      );
    }
    for (const other of [
      `/var/log/pods/${pod}/istio-proxy/0.log.20261101-093000.tmp`,
      `/var/log/pods/${pod}/0.log`,
      "/var/log/containers/api_shop_api-0123456789abcdef.log",
    ]) {
      assert.equal(tried(filePattern).exec(other), null, other);
    }
  });

  it("know a service by its pod's name", () => {
    for (const [pod, service] of [
      ["api-gateway-6c4f7d8b9c-x2x4z", "api-gateway"],
      ["logs-ls-0", "logs-ls"],
      ["node-exporter-x2x4z", "node-exporter"],
      ["backup-29123456-x2x4z", "backup"],
    ] as const) {
      assert.equal(tried(servicePattern).exec(pod)?.groups?.["service_name"], service);
    }
  });

  it("know a refused sign-in by its words", () => {
    // Ruby's flag within the pattern is JavaScript's beside it
    const words = new RegExp(refusedSignIn.replace("(?i)", ""), "i");
    for (const said of [
      "Authentication failed for user x",
      "invalid credentials",
      "Failed password for root",
    ]) {
      assert.match(said, words);
    }
    for (const said of ["payment failed", "password changed", "authentication succeeded"]) {
      assert.doesNotMatch(said, words);
    }
  });

  it("tell lines for an audit, of the system and of the platform apart", () => {
    const order = [...lines.matchAll(/\[data_stream\]\[dataset\]' => '(\w+)'/g)].map(([, name]) => name);
    assert.deepEqual(order, ["audit", "application", "platform"]);
    assert.match(lines, /if \(\[kubernetes\]\[namespace\] == "vault" and \[attributes\]\[request\]/);
    assert.match(lines, /or \(\[kubernetes\]\[namespace\] == "falco" and \[attributes\]\[rule\]/);
    assert.match(lines, /or \(\[kubernetes\]\[namespace\] == "shop" and \[attributes\]\[audit\]\)/);
  });

  it("count errors and refused sign-ins by service, and what arrives by node", () => {
    for (const line of [
      "logs_errors_total:1|c|#service:%{[service][name]},log_namespace:%{[kubernetes][namespace]}",
      "logs_refused_total:1|c|#service:%{[service][name]},log_namespace:%{[kubernetes][namespace]}",
      "logs_shipped_total:1|c|#node:%{[host][name]}",
    ]) {
      assert.ok(lines.includes(`'${line}'`), line);
    }
  });

  it("let in by certificate alone, and ask Elasticsearch who it is", () => {
    assert.match(lines, /ssl_client_authentication => "required"/);
    assert.match(lines, /ssl_certificate_authorities => \['\/etc\/logstash\/elasticsearch\/ca\.crt'\]/);
    assert.doesNotMatch(`${lines}${healthPipeline()}`, /verification/);
  });

  it("hold no password", () => {
    assert.match(lines, /password => "\$\{ELASTICSEARCH_PASSWORD\}"/);
  });
});
