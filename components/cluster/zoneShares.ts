/**
 * A zone's share of a pool's nodes where each zone has a group of its own, as on EKS: shares are whole, the first zones have
 * what is left over, and they sum to the count.
 *
 * @param place the zone's place among the zones, from 0
 */
export function shareOf(count: number, place: number, zones: number): number {
  return Math.max(0, Math.ceil((count - place) / zones));
}
