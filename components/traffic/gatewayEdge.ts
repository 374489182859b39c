import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { EdgeOrigin, OriginProof } from "../edge/edge";
import { edgeIdleSeconds } from "../platform/ingressController";
import { gatewayName, namespaces } from "../platform/names";
import { OriginProofs, proofDirectives } from "../platform/originProofs";
import type { EdgeFile } from "./nginxGatewayValues";

/** Arguments of {@link GatewayEdge}. */
export interface GatewayEdgeArgs {
  /** Namespace of the Gateway and of its pods. */
  readonly namespace: pulumi.Output<string>;
  readonly edge: EdgeOrigin;
}

const folder = "/etc/edge";
const file = "edge.conf";

/** The part of gateway.nginx.org/v1alpha1 SnippetsPolicy's spec that we use. */
interface SnippetsPolicySpec {
  readonly targetRefs: readonly { readonly group: string; readonly kind: string; readonly name: string }[];
  readonly snippets: readonly { readonly context: "http" | "http.server"; readonly value: string }[];
}

/**
 * What the Gateway knows of the CDN before it: requests without one of its proofs are refused, for every host and path and
 * whoever's route it is, and the client's address is what it says.
 *
 * The Gateway API has no word for either; NGINX Gateway Fabric takes them as configuration of NGINX, which nobody else may
 * hand it: an admission policy of Kubernetes refuses all such objects but this one.
 */
export class GatewayEdge extends pulumi.ComponentResource {
  /** What the CDN has to write into its requests. */
  public readonly proofs: readonly OriginProof[];
  /** What the Gateway's pods read. */
  public readonly files: readonly EdgeFile[];
  /** What stands before the control plane takes configuration of NGINX from anybody. */
  public readonly guards: readonly pulumi.Resource[];
  private readonly namespace: pulumi.Output<string>;

  constructor(name: string, args: GatewayEdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:traffic:GatewayEdge", name, {}, opts);
    const { namespace, edge } = args;
    const child: pulumi.CustomResourceOptions = { parent: this };

    const { proofs, values } = new OriginProofs(`${name}-proofs`, { namespace }, child);
    const settings = new k8s.core.v1.ConfigMap(
      name,
      // auto-named: other settings make another one, and with it new pods that read them
      { metadata: { namespace }, immutable: true, data: { [file]: clientAddress(edge) } },
      child,
    );
    this.proofs = proofs;
    this.files = [
      ...values.volumes.flatMap((volume, index) => {
        const mount = values.volumeMounts[index];
        return mount === undefined ? [] : [{ volume, mount }];
      }),
      {
        volume: { name: "edge", configMap: { name: settings.metadata.name } },
        mount: { name: "edge", mountPath: folder, readOnly: true },
      },
    ];
    this.guards = edgeOnly(`${name}-snippets`, child);
    this.namespace = namespace;
    this.registerOutputs({});
  }

  /**
   * Refuses what comes without a proof; goes on once the control plane has taken it.
   *
   * @param opts what it waits for: the Gateway
   */
  refuse(name: string, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    const spec: SnippetsPolicySpec = {
      targetRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: gatewayName }],
      snippets: [
        { context: "http", value: `${proofDirectives.http}\ninclude ${folder}/${file};` },
        { context: "http.server", value: proofDirectives.server },
      ],
    };
    const accepted = '{.status.ancestors[0].conditions[?(@.type=="Accepted")].status}';
    return new k8s.apiextensions.CustomResource(
      name,
      {
        apiVersion: "gateway.nginx.org/v1alpha1",
        kind: "SnippetsPolicy",
        metadata: {
          name: snippets,
          namespace: this.namespace,
          annotations: { "pulumi.com/waitFor": `jsonpath=${accepted}=True` },
        },
        spec,
      },
      opts,
    );
  }
}

/** Name of the one object with configuration of NGINX. */
const snippets = "edge";

/** The client's address is what the CDN says it is, in requests that come from the CDN's own addresses and in no other. */
function clientAddress({ proxies, clientAddressHeader }: EdgeOrigin): pulumi.Output<string> {
  return pulumi.output(proxies).apply((cidrs) =>
    [
      `keepalive_timeout ${edgeIdleSeconds}s;`,
      ...cidrs.map((cidr) => `set_real_ip_from ${cidr};`),
      `real_ip_header ${clientAddressHeader};`,
      // of several addresses the last that is no proxy's: what stands before it, anyone may have written
      "real_ip_recursive on;",
      "",
    ].join("\n"),
  );
}

/** Refuses all objects with configuration of NGINX but the edge's own: by one, a namespace would read others' keys. */
function edgeOnly(name: string, opts: pulumi.CustomResourceOptions): readonly pulumi.Resource[] {
  const policy = new k8s.admissionregistration.v1.ValidatingAdmissionPolicy(
    name,
    {
      metadata: { name: "nginx-snippets" },
      spec: {
        failurePolicy: "Fail",
        matchConstraints: {
          resourceRules: [
            {
              apiGroups: ["gateway.nginx.org"],
              apiVersions: ["*"],
              operations: ["CREATE", "UPDATE"],
              resources: ["snippetsfilters", "snippetspolicies"],
            },
          ],
        },
        validations: [
          {
            expression: `request.resource.resource == "snippetspolicies" && request.namespace == "${namespaces.gateway}" && request.name == "${snippets}"`,
            message: "configuration of NGINX is taken from the edge alone",
          },
        ],
      },
    },
    opts,
  );
  const binding = new k8s.admissionregistration.v1.ValidatingAdmissionPolicyBinding(
    name,
    {
      metadata: { name: "nginx-snippets" },
      spec: { policyName: policy.metadata.name, validationActions: ["Deny"] },
    },
    opts,
  );
  return [binding];
}
