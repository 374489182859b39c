import type { RedactionRule } from "../logging/redaction";

/** Texts of a span, and of what happened in it (an exception, say), that tell whatever a service put there. */
const texts = {
  span: ["span.name", "span.status.message"],
  spanevent: ["spanevent.name"],
} as const;

/**
 * Takes out of spans what is taken out of log lines, by the `transform` processor
 * (https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/v0.158.0/processor/transformprocessor): all that a
 * rule matches, of every attribute that is a text. Spans that it fails at are not kept.
 */
export function spanRedaction(rules: readonly RedactionRule[]): object {
  const statements = (context: keyof typeof texts): object => ({
    statements: rules.flatMap(({ pattern, replacement }) => {
      // texts of its language are quoted as those of JSON
      const how = `${JSON.stringify(pattern)}, ${JSON.stringify(replacement)}`;
      return [
        ...texts[context].map((text) => `replace_pattern(${text}, ${how})`),
        `replace_all_patterns(${context}.attributes, "value", ${how})`,
      ];
    }),
  });
  return { error_mode: "propagate", trace_statements: [statements("span"), statements("spanevent")] };
}
