import assert from "node:assert/strict";
import { type CacheRule, originHostOf, planCaching } from "../../../components/edge/edge";

const site: CacheRule = { path: "/", maxAgeSeconds: 60 };

describe("planCaching", () => {
  it("takes the rule for everything apart, and puts the longest path first", () => {
    const plan = planCaching({
      api: { path: "/api", maxAgeSeconds: 0 },
      site,
      reports: { path: "/api/reports", maxAgeSeconds: 300 },
      blog: { path: "/blog", maxAgeSeconds: 3600 },
    });
    assert.deepEqual(plan.root, { ...site, name: "site" });
    assert.deepEqual(
      plan.others.map(({ name }) => name),
      ["reports", "blog", "api"],
    );
  });

  it("keeps the order of paths of one length, however they were written", () => {
    const [one, two] = [
      { a: { path: "/b", maxAgeSeconds: 1 }, b: { path: "/a", maxAgeSeconds: 1 }, site },
      { site, b: { path: "/a", maxAgeSeconds: 1 }, a: { path: "/b", maxAgeSeconds: 1 } },
    ].map((caching) => planCaching(caching).others.map(({ path }) => path));
    assert.deepEqual(one, ["/a", "/b"]);
    assert.deepEqual(two, one);
  });

  for (const [what, caching, message] of [
    [
      "no rule for everything",
      { api: { path: "/api", maxAgeSeconds: 1 } },
      /expected a rule for \/, got \/api/,
    ],
    ["no rule at all", {}, /expected a rule for \/, got none/],
    ["a path twice", { site, again: site }, /expected each path once, got \/ twice/],
    ["a path that ends in a slash", { site, api: { path: "/api/", maxAgeSeconds: 1 } }, /caching\.api\.path/],
    ["a pattern for a path", { site, api: { path: "/api/*", maxAgeSeconds: 1 } }, /caching\.api\.path/],
    ["a time below zero", { site: { path: "/", maxAgeSeconds: -1 } }, /from 0 to 31536000, got -1/],
    ["part of a second", { site: { path: "/", maxAgeSeconds: 0.5 } }, /caching\.site\.maxAgeSeconds/],
    ["more than a year", { site: { path: "/", maxAgeSeconds: 31_536_001 } }, /caching\.site\.maxAgeSeconds/],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(() => planCaching(caching), { name: "RangeError", message });
    });
  }
});

describe("originHostOf", () => {
  it("stands below the domain", () => {
    assert.equal(originHostOf("shop.example.com"), "origin.shop.example.com");
  });
});
