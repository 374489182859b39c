import { format } from "prettier";
import type { Found } from "./judged";
import { findings } from "./judged";

/** File of the page, from the repository's root. */
export const pagePath = "docs/policy-mistakes.md";

/** The page about the bad stack: each mistake, where it is warned of, and who catches it. */
export async function page(): Promise<string> {
  const areas = await findings();
  const all = areas.flatMap(([, found]) => found);
  const text = [
    "# Mistakes that the policy pack finds",
    "",
    `\`test/policy/bad/\` is a Pulumi program that makes ${all.length} mistakes of public lists, written after those lists and`,
    "without a look at the rules. Each is then put right alone: the rules that are content from then on are those that caught",
    "it. `npm run docs:policies` writes this page, and a test holds it to what the rules say.",
    "",
    "When it was judged for the first time, in November 2026, the pack's 482 rules caught 251 of then 306 (AWS 115 of 133,",
    "Google Cloud 69 of 95, Kubernetes 67 of 78). What they missed became rules, but for what stands at the end of this page; in",
    "six places the mistake or its repair had been written so that it was none.",
    "",
    ...table(
      ["", "Mistakes", "Caught"],
      [...areas, ["All", all] as const].map(([title, found]) => [
        title,
        String(found.length),
        String(found.filter(isCaught).length),
      ]),
    ),
    ...areas.flatMap(([title, found]) => [
      `## ${title}`,
      "",
      ...table(
        ["Resource", "Mistake", "Source", "Caught by"],
        found
          .filter(isCaught)
          .map(({ mistake, rules }) => [
            mistake.on,
            mistake.what,
            mistake.source,
            rules.map((id) => `\`${id}\``).join(", "),
          ]),
      ),
    ]),
    "## What no rule is about",
    "",
    ...table(
      ["Resource", "Mistake", "Source", "Why"],
      all
        .filter((each) => !isCaught(each))
        .map(({ mistake: { on, what, source, left } }) => [on, what, source, left ?? "open"]),
    ),
  ];
  return format(text.join("\n"), { parser: "markdown", printWidth: 110 });
}

function isCaught({ rules }: Found): boolean {
  return rules.length > 0;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line), ""];
}
