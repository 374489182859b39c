/** Istio's types, in both of their versions. */

export const peerAuthentications = [
  "kubernetes:security.istio.io/v1:PeerAuthentication",
  "kubernetes:security.istio.io/v1beta1:PeerAuthentication",
] as const;
export const authorizationPolicies = [
  "kubernetes:security.istio.io/v1:AuthorizationPolicy",
  "kubernetes:security.istio.io/v1beta1:AuthorizationPolicy",
] as const;
export const requestAuthentications = [
  "kubernetes:security.istio.io/v1:RequestAuthentication",
  "kubernetes:security.istio.io/v1beta1:RequestAuthentication",
] as const;
export const gateways = [
  "kubernetes:networking.istio.io/v1:Gateway",
  "kubernetes:networking.istio.io/v1beta1:Gateway",
] as const;
export const destinationRules = [
  "kubernetes:networking.istio.io/v1:DestinationRule",
  "kubernetes:networking.istio.io/v1beta1:DestinationRule",
] as const;
export const virtualServices = [
  "kubernetes:networking.istio.io/v1:VirtualService",
  "kubernetes:networking.istio.io/v1beta1:VirtualService",
] as const;
export const serviceEntries = [
  "kubernetes:networking.istio.io/v1:ServiceEntry",
  "kubernetes:networking.istio.io/v1beta1:ServiceEntry",
] as const;
export const sidecars = [
  "kubernetes:networking.istio.io/v1:Sidecar",
  "kubernetes:networking.istio.io/v1beta1:Sidecar",
] as const;
