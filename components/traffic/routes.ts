import { HTTPRoute } from "@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { hstsSeconds } from "../edge/edge";
import { customResource } from "../platform/customResource";
import { objectNameOf } from "../platform/ingressHost";
import { gatewayName, namespaces } from "../platform/names";
import { proofHeaders } from "../platform/originProofs";

/** Arguments of {@link gatewayRoute}. */
export interface GatewayRouteArgs {
  readonly metadata: {
    readonly name: string;
    readonly namespace: pulumi.Input<string>;
    readonly labels: Record<string, string>;
  };
  readonly host: string;
  /** Start of the path. */
  readonly path: string;
  /** Largest body of a request, MiB. */
  readonly maxBodyMiB: number;
  /** Service of the same namespace that requests are handed to, and its port. */
  readonly service: string;
  readonly port: number;
}

/** The part of gateway.nginx.org/v1alpha1 ClientSettingsPolicy's spec that we use. */
interface ClientSettings {
  readonly targetRef: { readonly group: string; readonly kind: string; readonly name: string };
  readonly body: { readonly maxSize: string };
}

/**
 * A part of a host that the Gateway serves. Needs the kinds of the Gateway API and of NGINX Gateway Fabric, so `opts` must
 * depend on both.
 */
export function gatewayRoute(
  name: string,
  { metadata: { name: route, namespace, labels }, host, path, maxBodyMiB, service, port }: GatewayRouteArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  const model = new HTTPRoute({
    metadata: { name: route, labels },
    spec: {
      parentRefs: [{ name: gatewayName, namespace: namespaces.gateway, sectionName: objectNameOf(host) }],
      hostnames: [host],
      rules: [
        {
          matches: [{ path: { type: "PathPrefix", value: path } }],
          filters: [
            // what the edge proves itself with is no business of a service
            { type: "RequestHeaderModifier", requestHeaderModifier: { remove: [...proofHeaders] } },
            {
              type: "ResponseHeaderModifier",
              responseHeaderModifier: {
                set: [
                  { name: "Strict-Transport-Security", value: `max-age=${hstsSeconds}; includeSubDomains` },
                ],
              },
            },
          ],
          backendRefs: [{ name: service, port }],
        },
      ],
    },
  });
  const made = customResource(name, { model, namespace }, opts);
  const spec: ClientSettings = {
    targetRef: { group: "gateway.networking.k8s.io", kind: "HTTPRoute", name: route },
    body: { maxSize: `${maxBodyMiB}m` },
  };
  new k8s.apiextensions.CustomResource(
    `${name}-limits`,
    {
      apiVersion: "gateway.nginx.org/v1alpha1",
      kind: "ClientSettingsPolicy",
      metadata: { name: route, namespace, labels },
      spec,
    },
    { ...opts, dependsOn: made },
  );
}
