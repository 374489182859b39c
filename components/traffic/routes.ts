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
  /**
   * How long the service may send nothing of an answer, seconds.
   *
   * @default - 60, as NGINX has it
   */
  readonly readSeconds?: number | undefined;
  /** Service of the same namespace that requests are handed to, and its port. */
  readonly service: string;
  readonly port: number;
}

/** What a policy of NGINX Gateway Fabric is for. */
interface TargetRef {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

/** The part of gateway.nginx.org/v1alpha1 ClientSettingsPolicy's spec that we use. */
interface ClientSettings {
  readonly targetRef: TargetRef;
  readonly body: { readonly maxSize: string };
}

/** The same of ProxySettingsPolicy's: of an HTTPRoute's own `timeouts` NGINX Gateway Fabric takes none. */
interface ProxySettings {
  readonly targetRefs: readonly TargetRef[];
  readonly timeout: { readonly read: string };
}

/**
 * A part of a host that the Gateway serves. Needs the kinds of the Gateway API and of NGINX Gateway Fabric, so `opts` must
 * depend on both.
 */
export function gatewayRoute(
  name: string,
  { metadata, host, path, maxBodyMiB, readSeconds, service, port }: GatewayRouteArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  const { name: route, namespace, labels } = metadata;
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
  const targetRef: TargetRef = { group: "gateway.networking.k8s.io", kind: "HTTPRoute", name: route };
  const limits: ClientSettings = { targetRef, body: { maxSize: `${maxBodyMiB}m` } };
  policyOf(`${name}-limits`, "ClientSettingsPolicy", limits);
  if (readSeconds !== undefined) {
    const timeouts: ProxySettings = { targetRefs: [targetRef], timeout: { read: `${readSeconds}s` } };
    policyOf(`${name}-timeouts`, "ProxySettingsPolicy", timeouts);
  }

  function policyOf(policy: string, kind: string, spec: ClientSettings | ProxySettings): void {
    new k8s.apiextensions.CustomResource(
      policy,
      { apiVersion: "gateway.nginx.org/v1alpha1", kind, metadata, spec },
      { ...opts, dependsOn: made },
    );
  }
}
