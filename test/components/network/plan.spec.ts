import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { cidrContains, CidrError, cidrsOverlap, parseCidr, subnetOf } from "../../../components/network/cidr";
import { planRegion, planSubnets, tiers } from "../../../components/network/plan";

const letters = ["a", "b", "c", "d", "e", "f"];

/** Any block a network may have: each private range, each size. */
const networkCidr = fc
  .tuple(
    fc.constantFrom("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"),
    fc.integer({ min: 16, max: 22 }),
  )
  .chain(([range, prefix]) =>
    fc.nat(2 ** (prefix - parseCidr(range).prefix) - 1).map((index) => subnetOf(range, prefix, index)),
  );
const zoneCount = fc.integer({ min: 1, max: 6 });

function zonesOf(count: number): string[] {
  return letters.slice(0, count);
}

describe("planSubnets", () => {
  it("gives each zone one subnet of each tier, in the order of the zones", () => {
    assert.deepEqual(planSubnets({ cidr: "10.20.0.0/16", zones: ["a", "c"] }), [
      { key: "public-a", tier: "public", zone: "a", cidr: "10.20.192.0/21" },
      { key: "public-c", tier: "public", zone: "c", cidr: "10.20.200.0/21" },
      { key: "private-a", tier: "private", zone: "a", cidr: "10.20.0.0/20" },
      { key: "private-c", tier: "private", zone: "c", cidr: "10.20.16.0/20" },
      { key: "data-a", tier: "data", zone: "a", cidr: "10.20.128.0/21" },
      { key: "data-c", tier: "data", zone: "c", cidr: "10.20.136.0/21" },
    ]);
  });

  it("keeps every subnet inside the block and apart from every other", () => {
    fc.assert(
      fc.property(networkCidr, zoneCount, (cidr, count) => {
        const plan = planSubnets({ cidr, zones: zonesOf(count) });
        assert.equal(plan.length, tiers.length * count);
        for (const [index, subnet] of plan.entries()) {
          assert.ok(cidrContains(cidr, subnet.cidr), `${subnet.cidr} lies outside ${cidr}`);
          for (const other of plan.slice(index + 1)) {
            assert.ok(
              !cidrsOverlap(subnet.cidr, other.cidr),
              `${subnet.key} overlaps ${other.key} in ${cidr}`,
            );
          }
        }
      }),
    );
  });

  it("moves no existing subnet when zones are added at the end", () => {
    fc.assert(
      fc.property(networkCidr, zoneCount, zoneCount, (cidr, one, other) => {
        const small = planSubnets({ cidr, zones: zonesOf(Math.min(one, other)) });
        const large = new Map(
          planSubnets({ cidr, zones: zonesOf(Math.max(one, other)) }).map((s) => [s.key, s]),
        );
        for (const subnet of small) assert.deepEqual(large.get(subnet.key), subnet);
      }),
    );
  });

  it("gives private subnets the most addresses and every subnet the /27 a load balancer needs", () => {
    fc.assert(
      fc.property(networkCidr, zoneCount, (cidr, count) => {
        for (const zone of zonesOf(count)) {
          const prefixes = Object.fromEntries(
            planSubnets({ cidr, zones: zonesOf(count) })
              .filter((subnet) => subnet.zone === zone)
              .map((subnet) => [subnet.tier, parseCidr(subnet.cidr).prefix]),
          );
          const { public: loadBalancers = 0, private: nodes = 32, data = 32 } = prefixes;
          assert.ok(nodes < data && data <= loadBalancers, JSON.stringify(prefixes));
          assert.ok(loadBalancers <= 27 && nodes >= 16, JSON.stringify(prefixes));
        }
      }),
    );
  });

  for (const [zones, reason] of [
    [[], "none"],
    [["a", "a"], "one twice"],
    [["a", "b", "c", "d", "e", "f", "g"], "seven"],
  ] as const) {
    it(`refuses ${reason} of the zones`, () => {
      assert.throws(() => planSubnets({ cidr: "10.0.0.0/16", zones }), {
        name: "RangeError",
        message: `zones: expected 1 to 6 different zones, got ${JSON.stringify(zones)}`,
      });
    });
  }

  for (const [cidr, message] of [
    ["10.0.0.0", 'cidr: expected an IPv4 block in CIDR notation, such as 10.0.0.0/16, got "10.0.0.0"'],
    ["10.0/16", 'cidr: expected an IPv4 block in CIDR notation, such as 10.0.0.0/16, got "10.0/16"'],
    [
      "010.0.0.0/16",
      'cidr: expected an IPv4 block in CIDR notation, such as 10.0.0.0/16, got "010.0.0.0/16"',
    ],
    [
      "10.0.0.0/016",
      'cidr: expected an IPv4 block in CIDR notation, such as 10.0.0.0/16, got "10.0.0.0/016"',
    ],
    [
      "10.0.0.256/16",
      'cidr: expected an IPv4 block in CIDR notation, such as 10.0.0.0/16, got "10.0.0.256/16"',
    ],
    ["10.0.0.0/33", 'cidr: expected an IPv4 block in CIDR notation, such as 10.0.0.0/16, got "10.0.0.0/33"'],
    ["fd00::/48", 'cidr: expected an IPv4 block in CIDR notation, such as 10.0.0.0/16, got "fd00::/48"'],
    ["10.0.1.0/16", 'cidr: expected 10.0.0.0/16, with no host bits set, got "10.0.1.0/16"'],
    ["10.0.0.0/15", 'cidr: expected a block of /16 to /22, got "10.0.0.0/15", too large'],
    ["10.0.0.0/23", 'cidr: expected a block of /16 to /22, got "10.0.0.0/23", too small for its subnets'],
    [
      "8.8.0.0/16",
      "cidr: expected a private block, within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 (RFC 1918) or 100.64.0.0/10 (RFC 6598), " +
        'got "8.8.0.0/16"',
    ],
    [
      "172.32.0.0/16",
      "cidr: expected a private block, within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 (RFC 1918) or 100.64.0.0/10 (RFC 6598), " +
        'got "172.32.0.0/16"',
    ],
  ] as const) {
    it(`refuses ${cidr}`, () => {
      assert.throws(() => planSubnets({ cidr, zones: ["a", "b"] }), { name: "CidrError", message });
      assert.throws(() => planRegion({ cidr }), CidrError);
    });
  }
});

describe("planRegion", () => {
  it("gives the tiers whole, half the block to nodes and a quarter each to stores and load balancers", () => {
    assert.deepEqual(planRegion({ cidr: "10.20.0.0/16" }), {
      nodes: "10.20.0.0/17",
      data: "10.20.128.0/18",
      loadBalancers: "10.20.192.0/18",
    });
  });

  it("holds every zonal subnet of its tier", () => {
    fc.assert(
      fc.property(networkCidr, (cidr) => {
        const { nodes, data, loadBalancers } = planRegion({ cidr });
        const blocks = { private: nodes, data, public: loadBalancers };
        for (const subnet of planSubnets({ cidr, zones: letters })) {
          assert.ok(
            cidrContains(blocks[subnet.tier], subnet.cidr),
            `${subnet.cidr} is not in ${blocks[subnet.tier]}`,
          );
        }
      }),
    );
  });
});

describe("cidr", () => {
  for (const [a, b, overlap, contains] of [
    ["10.0.0.0/16", "10.0.4.0/22", true, true],
    ["10.0.4.0/22", "10.0.0.0/16", true, false],
    ["10.0.0.0/16", "10.1.0.0/16", false, false],
    ["0.0.0.0/0", "255.255.255.255/32", true, true],
    ["10.0.0.0/16", "10.0.0.0/16", true, true],
  ] as const) {
    it(`says that ${a} ${overlap ? "overlaps" : "is apart from"} ${b} and ${contains ? "contains" : "does not contain"} it`, () => {
      assert.equal(cidrsOverlap(a, b), overlap);
      assert.equal(cidrsOverlap(b, a), overlap);
      assert.equal(cidrContains(a, b), contains);
    });
  }

  it("cuts a block into as many as it holds and no more", () => {
    assert.equal(subnetOf("192.168.0.0/22", 24, 3), "192.168.3.0/24");
    assert.throws(() => subnetOf("192.168.0.0/22", 24, 4), RangeError);
    assert.throws(() => subnetOf("192.168.0.0/22", 21, 0), RangeError);
  });
});
