import assert from "node:assert/strict";
import { rules } from "../../policy/rules";
import { aws } from "./catalogueMap/aws";
import { crossCutting } from "./catalogueMap/crossCutting";
import type { Entry } from "./catalogueMap/entry";
import { gcp } from "./catalogueMap/gcp";
import { catalogueIds } from "./catalogueMap/ids";
import { kubernetes } from "./catalogueMap/kubernetes";

const known = new Set(rules.map(({ id }) => id));

/** The maps, each with how many of its entries are open: one more, or one less, is a change to be seen. */
const areas: readonly {
  readonly area: keyof typeof catalogueIds;
  readonly map: Readonly<Record<string, Entry>>;
  readonly open: number;
}[] = [
  { area: "aws", map: aws, open: 0 },
  { area: "gcp", map: gcp, open: 0 },
  { area: "kubernetes", map: kubernetes, open: 0 },
  { area: "crossCutting", map: crossCutting, open: 2 },
];

for (const { area, map, open } of areas) {
  describe(`what the pack has of the catalogue's ${area} rules`, () => {
    it("is stated for every id, once", () => {
      const ids: readonly string[] = catalogueIds[area];
      assert.deepEqual(Object.keys(map).sort(), [...ids].sort());
      assert.equal(new Set(ids).size, ids.length);
    });

    it("names rules that there are", () => {
      const named = Object.values(map).flatMap((entry) => ("rules" in entry ? entry.rules : []));
      assert.deepEqual(
        named.filter((id) => !known.has(id)),
        [],
      );
    });

    it("gives a reason where there is no rule", () => {
      const reasons = Object.values(map).flatMap((entry) =>
        "rules" in entry ? (entry.note ?? []) : "open" in entry ? entry.open : entry.notARule,
      );
      assert.deepEqual(
        reasons.filter((reason) => reason.length < 12),
        [],
      );
    });

    it(`leaves ${open} open`, () => {
      const left = Object.entries(map).filter(([, entry]) => "open" in entry);
      assert.equal(left.length, open, left.map(([id]) => id).join(", "));
    });
  });
}
