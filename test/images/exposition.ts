/** A line of Prometheus' text format. */
export interface Sample {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What a text says, without its comments; a label without a value is none, as Prometheus has it. */
export function samplesOf(text: string): readonly Sample[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const {
        metric,
        labels = "",
        value,
      } = /^(?<metric>\w+)(\{(?<labels>.*)\})? (?<value>\S+)/.exec(line)?.groups ?? {};
      if (metric === undefined) throw new Error(`no sample: ${line}`);
      const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, name = "", text = ""]) => [
        name,
        text,
      ]);
      return {
        metric,
        labels: Object.fromEntries(pairs.filter(([, text]) => text !== "")) as Record<string, string>,
        value: Number(value),
      };
    });
}
