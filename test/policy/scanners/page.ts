import { format } from "prettier";
import { scannerFindings } from "./findings";

/** File with the section, from the repository's root. */
export const scannersPath = "docs/policy-proofs.md";

const [begin, end] = ["<!-- scanners: npm run docs:policies -->", "<!-- end of scanners -->"];

/** The page with the section written anew, and the rest as it is. */
export async function withScanners(page: string): Promise<string> {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${scannersPath}: expected ${begin} and ${end}`);
  const section = [
    begin,
    "",
    "| Tool | Check | What it asks | suuupra AWS | GCP | publishing AWS | GCP | Ours | Why it stays |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ...scannerFindings.map(({ tool, check, what, seen, rules, reason }) => {
      const ids = rules.map((id) => `\`${id}\``).join(", ");
      return `| ${[tool, check, what, ...seen.map(String), ids, reason].join(" | ")} |`;
    }),
    "",
    end,
  ];
  return format(page.slice(0, from) + section.join("\n") + page.slice(to + end.length), {
    parser: "markdown",
    printWidth: 110,
  });
}
