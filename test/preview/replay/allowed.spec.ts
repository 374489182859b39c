import * as assert from "node:assert/strict";
import type { Json } from "../../../preview/plan";
import {
  anyOther,
  extended,
  keepsSubnets,
  notOlder,
  oneMajorOn,
  sameMembers,
  to,
} from "../../../preview/replay/allowed";
import type { Allows } from "../../../preview/replay/replacing";

const data = { name: "data", type: "Isolated", cidrBlocks: ["10.0.0.0/24", "10.0.1.0/24"] };
const own = { type: "Private", cidrBlocks: ["10.0.8.0/24", "10.0.9.0/24"] };

/** What changes in place, and what does not, by the rule that tells them apart. */
const cases: readonly {
  readonly rule: string;
  readonly allows: Allows;
  readonly inPlace: readonly (readonly [was: Json, is: Json])[];
  readonly replaces: readonly (readonly [was: Json, is: Json])[];
}[] = [
  { rule: "anyOther", allows: anyOther, inPlace: [["a", "b"]], replaces: [] },
  {
    rule: "to",
    allows: to(true, "aurora"),
    inPlace: [
      [false, true],
      ["aurora-iopt1", "aurora"],
    ],
    replaces: [
      [true, false],
      ["aurora", "io1"],
    ],
  },
  {
    rule: "sameMembers",
    allows: sameMembers,
    inPlace: [
      [
        ["a", "b"],
        ["b", "a"],
      ],
    ],
    replaces: [
      [["a"], ["a", "b"]],
      [["a", "b"], ["a"]],
      [["a"], ["b"]],
    ],
  },
  {
    rule: "extended",
    allows: extended,
    inPlace: [
      [["a"], ["a", "b"]],
      [[], ["a"]],
    ],
    replaces: [
      [["a", "b"], ["a"]],
      [
        ["a", "b"],
        ["b", "a"],
      ],
    ],
  },
  {
    rule: "notOlder",
    allows: notOlder,
    inPlace: [
      ["8.1", "8.2"],
      ["7.2", "8.0"],
      ["8.2", "8.10"],
      ["8.2", "8.2.1"],
      ["8", "8.0"],
    ],
    replaces: [
      ["8.2", "8.1"],
      ["8.10", "8.9"],
      ["8.2.1", "8.2"],
      ["Elasticsearch_7.10", "OpenSearch_8.0"],
    ],
  },
  {
    rule: "oneMajorOn",
    allows: oneMajorOn,
    inPlace: [
      ["OpenSearch_2.17", "OpenSearch_2.19"],
      ["OpenSearch_2.19", "OpenSearch_3.1"],
    ],
    replaces: [
      ["OpenSearch_1.3", "OpenSearch_3.1"],
      ["OpenSearch_3.1", "OpenSearch_2.19"],
      ["Elasticsearch_7.10", "OpenSearch_7.11"],
    ],
  },
  {
    rule: "keepsSubnets",
    allows: keepsSubnets,
    inPlace: [
      [
        [data, own],
        [own, data],
      ],
      [[data], [data, own]],
      [[data], [{ ...data, tags: { a: "b" } }]],
      [[data], [{ ...data, cidrBlocks: [...data.cidrBlocks, "10.0.2.0/24"] }]],
      // the type stands in for the name
      [[own], [{ ...own, name: "private" }]],
    ],
    replaces: [
      [[data, own], [data]],
      [[data], [{ ...data, cidrBlocks: [...data.cidrBlocks].reverse() }]],
      [[data], [{ ...data, name: "stores" }]],
      [[{ name: "data", type: "Isolated" }], [{ name: "data", type: "Isolated", cidrMask: 24 }]],
    ],
  },
];

describe("what a provider changes in place", () => {
  for (const { rule, allows, inPlace, replaces } of cases) {
    for (const [was, is] of inPlace) {
      it(`${rule} allows ${JSON.stringify(was)} to become ${JSON.stringify(is)}`, () => {
        assert.equal(allows(was, is), true);
      });
    }
    for (const [was, is] of replaces) {
      it(`${rule} replaces where ${JSON.stringify(was)} becomes ${JSON.stringify(is)}`, () => {
        assert.equal(allows(was, is), false);
      });
    }
  }
});
