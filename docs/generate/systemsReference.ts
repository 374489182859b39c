import { format } from "prettier";
import { claims } from "../../test/systems/claims";
import { type RowId, rows, systems } from "../../test/systems/rows";

/** The page of the five systems: each row, where it is implemented, and what the tests hold of it on both clouds. */
export async function systemsPage(): Promise<string> {
  const held = Object.values(claims).reduce((sum, row) => sum + Object.keys(row).length, 0);
  const page = [
    "# The five systems, row by row",
    "<!-- Written by `npm run docs` from test/systems/. -->",
    `Each row of what the systems must have, where that is implemented, and what \`test/systems/systems.spec.ts\` holds of it: ` +
      `${held} claims of ${Object.keys(rows).length} rows, each on AWS and on GCP, over what prod registers there.`,
    ...Object.entries(systems).flatMap(([number, { blueprint }]) => [
      `## ${number} \`${blueprint}\``,
      table(Object.keys(rows).filter((id): id is RowId => id.startsWith(`${number}.`))),
    ]),
  ].join("\n\n");
  return await format(`${page}\n`, { parser: "markdown", printWidth: 120 });
}

function table(ids: readonly RowId[]): string {
  const lines = ids.map((id) => {
    const { asks, implementation } = rows[id];
    const files = implementation.map((path) => `[${path}](../${path})`).join(", ");
    return `| ${id} | ${asks} | ${files} | ${Object.keys(claims[id]).join("; ")} |`;
  });
  return ["| row | asks | implemented in | held by tests |", "| --- | --- | --- | --- |", ...lines].join(
    "\n",
  );
}
