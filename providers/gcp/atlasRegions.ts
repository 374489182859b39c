/**
 * Regions of Google Cloud that Atlas has, by Google's names: most are called alike, and some as they were before Google
 * numbered them. https://www.mongodb.com/docs/atlas/reference/google-gcp/
 */
const regions: Readonly<Record<string, string>> = {
  "africa-south1": "AFRICA_SOUTH_1",
  "asia-east1": "EASTERN_ASIA_PACIFIC",
  "asia-east2": "ASIA_EAST_2",
  "asia-northeast1": "NORTHEASTERN_ASIA_PACIFIC",
  "asia-northeast2": "ASIA_NORTHEAST_2",
  "asia-northeast3": "ASIA_NORTHEAST_3",
  "asia-south1": "ASIA_SOUTH_1",
  "asia-south2": "ASIA_SOUTH_2",
  "asia-southeast1": "SOUTHEASTERN_ASIA_PACIFIC",
  "asia-southeast2": "ASIA_SOUTHEAST_2",
  "australia-southeast1": "AUSTRALIA_SOUTHEAST_1",
  "australia-southeast2": "AUSTRALIA_SOUTHEAST_2",
  "europe-central2": "EUROPE_CENTRAL_2",
  "europe-north1": "EUROPE_NORTH_1",
  "europe-southwest1": "EUROPE_SOUTHWEST_1",
  "europe-west1": "WESTERN_EUROPE",
  "europe-west10": "EUROPE_WEST_10",
  "europe-west12": "EUROPE_WEST_12",
  "europe-west2": "EUROPE_WEST_2",
  "europe-west3": "EUROPE_WEST_3",
  "europe-west4": "EUROPE_WEST_4",
  "europe-west6": "EUROPE_WEST_6",
  "europe-west8": "EUROPE_WEST_8",
  "europe-west9": "EUROPE_WEST_9",
  "me-central1": "MIDDLE_EAST_CENTRAL_1",
  "me-central2": "MIDDLE_EAST_CENTRAL_2",
  "me-west1": "MIDDLE_EAST_WEST_1",
  "northamerica-northeast1": "NORTH_AMERICA_NORTHEAST_1",
  "northamerica-northeast2": "NORTH_AMERICA_NORTHEAST_2",
  "northamerica-south1": "NORTH_AMERICA_SOUTH_1",
  "southamerica-east1": "SOUTH_AMERICA_EAST_1",
  "southamerica-west1": "SOUTH_AMERICA_WEST_1",
  "us-central1": "CENTRAL_US",
  "us-east1": "EASTERN_US",
  "us-east4": "US_EAST_4",
  "us-east5": "US_EAST_5",
  "us-south1": "US_SOUTH_1",
  "us-west1": "WESTERN_US",
  "us-west2": "US_WEST_2",
  "us-west3": "US_WEST_3",
  "us-west4": "US_WEST_4",
};

/** @throws RangeError naming a region in which Atlas has no nodes */
export function atlasRegion(region: string): string {
  const known = regions[region];
  if (known === undefined) {
    throw new RangeError(`region: expected one that Atlas has on Google Cloud, got ${region}`);
  }
  return known;
}
