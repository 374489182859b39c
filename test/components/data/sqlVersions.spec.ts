import assert from "node:assert/strict";
import { checkSqlStep, sqlMajor, sqlStep, type SqlEngine } from "../../../components/data/sqlVersions";

describe("versions of relational servers", () => {
  for (const [engine, version, major] of [
    ["postgres", "17", "17"],
    ["postgres", "17.6", "17"],
    ["postgres", "POSTGRES_17", "17"],
    ["mysql", "8.4", "8.4"],
    ["mysql", "8.4.6", "8.4"],
    ["mysql", "MYSQL_8_4", "8.4"],
    ["mysql", "MYSQL_8_0_41", "8.0"],
    ["postgres", "newest", undefined],
    ["mysql", "8", undefined],
  ] as const) {
    it(`knows ${version} of ${engine} as ${major ?? "none"}`, () => {
      assert.equal(sqlMajor(engine, version), major);
    });
  }

  for (const [engine, running, wanted] of [
    ["postgres", "17.6", "17"],
    ["postgres", "17.6", "18"],
    ["postgres", "9.6.1", "9"],
    ["mysql", "8.0.41", "8.4"],
    ["mysql", "8.4.6", "8.4"],
  ] as const) {
    it(`lets ${engine} go from ${running} to ${wanted}`, () => {
      assert.equal(sqlStep(engine, running, wanted), undefined);
    });
  }

  for (const [engine, running, wanted, message] of [
    ["postgres", "16.9", "18", /postgres\.version: expected 16 or the major after it, .* got 18$/],
    [
      "postgres",
      "POSTGRES_18",
      "POSTGRES_17",
      /postgres\.version: expected 18 or newer, .* got POSTGRES_17$/,
    ],
    ["mysql", "5.7.44", "8.4", /mysql\.version: expected 5\.7 or the major after it, .* got 8\.4$/],
    ["mysql", "8.4.6", "8.0", /mysql\.version: expected 8\.4 or newer, .* got 8\.0$/],
    ["mysql", "8.4.6", "9.1", /mysql\.version: expected one of 5\.7, 8\.0, 8\.4, .* got 9\.1$/],
    ["postgres", "17", "latest", /postgres\.version: expected a version of postgres, .* got latest$/],
  ] as const satisfies readonly (readonly [SqlEngine, string, string, RegExp])[]) {
    it(`refuses to take ${engine} from ${running} to ${wanted}`, () => {
      assert.throws(() => {
        checkSqlStep(engine, running, wanted);
      }, message);
    });
  }

  it("takes a server to another major only where the stack says so, and to minors always", () => {
    checkSqlStep("postgres", "17.5", "17", false);
    checkSqlStep("postgres", "17.5", "18", true);
    assert.throws(() => {
      checkSqlStep("postgres", "17.5", "18", false);
    }, /^Error: postgres\.allowMajorUpgrade: expected true for the update that takes the server from 17\.5 to another major, .* got false with postgres\.version 18$/);
  });

  it("waits for a version that is not known yet", () => {
    checkSqlStep("mysql", undefined, "8.4");
    checkSqlStep("mysql", "8.4", undefined);
  });
});
