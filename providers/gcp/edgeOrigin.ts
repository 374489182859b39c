import type { EdgeOrigin } from "../../components/edge/edge";

/**
 * Where Google's front ends call an origin on the internet from, as `_cloud-eoips.googleusercontent.com` says: those of all
 * its customers' load balancers.
 * https://cloud.google.com/load-balancing/docs/https/setup-global-ext-https-external-backend#allow-ip
 */
const frontEndCidrs = ["34.96.0.0/20", "34.127.192.0/18"];

/** {@link EdgeOrigin} of a global external Application Load Balancer. */
export const edgeOrigin = {
  // GKE makes a firewall rule of the Service's ranges, and needs no annotation for it
  annotations: {},
  sourceRanges: frontEndCidrs,
  proxies: frontEndCidrs,
  // one of our own, written over where a client sends it: X-Forwarded-For ends in the load balancer's own address
  clientAddressHeader: "X-Client-Address",
} as const satisfies EdgeOrigin;
