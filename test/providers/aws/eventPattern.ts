/*
 * EventBridge's patterns, as far as the program writes them: whether an event is one of those that a rule takes.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 *
 *   assert.ok(matches(JSON.parse(textOf(rule, "eventPattern")), { source: "aws.health", … }));
 */

/** True where the event has all that the pattern asks for. */
export function matches(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern)) {
    const values = Array.isArray(event) ? event : [event];
    return values.some((value) => pattern.some((wanted) => matchesOne(wanted, value)));
  }
  const fields = event as Readonly<Record<string, unknown>> | undefined;
  if (Array.isArray(event)) return event.some((element) => matches(pattern, element));
  return Object.entries(pattern as object).every(([key, wanted]) => matches(wanted, fields?.[key]));
}

function matchesOne(wanted: unknown, value: unknown): boolean {
  if (typeof wanted !== "object" || wanted === null) return wanted === value;
  const [[operator, operand] = ["", undefined], ...more] = Object.entries(wanted);
  if (more.length > 0) throw new Error(`expected one operator, got ${JSON.stringify(wanted)}`);
  switch (operator) {
    case "prefix":
      return typeof value === "string" && value.startsWith(String(operand));
    case "anything-but":
      return value !== undefined && !(operand as readonly unknown[]).includes(value);
    case "numeric": {
      const [comparison, limit] = operand as readonly [string, number];
      if (comparison !== ">=") throw new Error(`expected >=, got ${comparison}`);
      return typeof value === "number" && value >= limit;
    }
    default:
      throw new Error(`expected an operator that is known here, got ${operator}`);
  }
}
