/** Which tier a subnet belongs to: load balancers, nodes and pods, or data stores. */
export const tiers = ["public", "private", "data"] as const;
export type Tier = (typeof tiers)[number];
