/** A selector of a query: which series, and by which of their labels. */
export interface Selector {
  readonly metric: string;
  readonly labels: readonly string[];
}

/** What Grafana puts in the place of its variables before it asks Prometheus. */
const builtIn: Readonly<Record<string, string>> = {
  __rate_interval: "5m",
  __interval: "1m",
  __range: "6h",
};

/** A query as Prometheus gets it: variables have the form `$name` or `${name}`, and names of their own get a word. */
export function interpolated(query: string, variables: readonly string[]): string {
  return query.replace(/\$(?:\{(\w+)(?::\w+)?\}|(\w+))/g, (whole, braced?: string, bare?: string) => {
    const name = braced ?? bare ?? "";
    const value = builtIn[name];
    if (value !== undefined) return value;
    // a group of a regular expression in the place of a replaced label
    if (/^\d+$/.test(name)) return whole;
    if (!variables.includes(name)) throw new Error(`no variable ${name} in ${query}`);
    return "some";
  });
}

/**
 * The selectors of a query, by Prometheus' own parser.
 *
 * @throws Error where it does not parse, or selects by no name
 */
export async function selectorsOf(query: string): Promise<readonly Selector[]> {
  const { parser } = await import("@prometheus-io/lezer-promql");
  const found: Selector[] = [];
  const text = ({ from, to }: { readonly from: number; readonly to: number }): string =>
    query.slice(from, to);
  parser.parse(query).iterate({
    enter: (ref) => {
      if (ref.type.isError) throw new Error(`does not parse at ${ref.from}: ${query}`);
      if (ref.name !== "VectorSelector") return;
      const { node } = ref;
      const name = node.getChild("Identifier");
      if (name === null) throw new Error(`selects by no name: ${text(node)}`);
      const matchers = node.getChild("LabelMatchers");
      const labels = (matchers?.getChildren("UnquotedLabelMatcher") ?? []).flatMap((matcher) => {
        const label = matcher.getChild("LabelName");
        return label === null ? [] : [text(label)];
      });
      found.push({ metric: text(name), labels });
    },
  });
  return found;
}
