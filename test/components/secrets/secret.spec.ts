import assert from "node:assert/strict";
import fc from "fast-check";
import { rotationPeriod, secretVariable } from "../../../components/secrets/secret";

describe("rotationPeriod", () => {
  const table: readonly (readonly [maxAgeHours: number, everyHours: number])[] = [
    [5, 4],
    [6, 4],
    [7, 6],
    [9, 8],
    [13, 12],
    [24, 12],
    [25, 24],
    [48, 24],
    [49, 48],
    [721, 720],
    [8760, 8736],
  ];
  for (const [maxAgeHours, everyHours] of table) {
    it(`rotates every ${everyHours} hours where no value may be older than ${maxAgeHours}`, () => {
      assert.equal(rotationPeriod(maxAgeHours), everyHours);
    });
  }

  it("leaves an hour for the rotation itself, whatever the age, and falls on the same hours each day", () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 8760 }), (maxAgeHours) => {
        const everyHours = rotationPeriod(maxAgeHours);
        return (
          everyHours >= 4 && everyHours + 1 <= maxAgeHours && (24 % everyHours === 0 || everyHours % 24 === 0)
        );
      }),
    );
  });

  for (const maxAgeHours of [4, 8761, 12.5, Number.NaN]) {
    it(`refuses an age of ${maxAgeHours} hours`, () => {
      assert.throws(
        () => rotationPeriod(maxAgeHours),
        /maxAgeHours: expected a whole number from 5 to 8760, got/,
      );
    });
  }
});

describe("secretVariable", () => {
  it("names the variable after the secret", () => {
    assert.equal(secretVariable("signing-key"), "SIGNING_KEY_SECRET_ID");
    assert.equal(secretVariable("stripe2"), "STRIPE2_SECRET_ID");
  });

  for (const key of ["", "Signing", "signing_key", "-key", "key-", "1key", "a--b"]) {
    it(`refuses ${JSON.stringify(key)}`, () => {
      assert.throws(() => secretVariable(key), /key: expected lower-case words joined by dashes/);
    });
  }
});
