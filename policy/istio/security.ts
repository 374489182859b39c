import { isOpenToAll, objectAt, show } from "../check";
import { charts, isCalled, textAt } from "../kubernetes/charts";
import { podOf, workloads } from "../kubernetes/podSpec";
import { always, fromStaging } from "../levels";
import type { ResourceOf } from "../resource";
import { resourceRule, stackRule, type Verdict } from "../rule";
import type { Stack } from "../stack";
import {
  authorizationPolicies,
  destinationRules,
  peerAuthentications,
  requestAuthentications,
  sidecars,
} from "./types";

/** Name of the control plane's chart. */
const controlPlane = "istiod";

/** Where it is unless it is told otherwise; what stands there holds for the whole mesh. */
const usualRoot = "istio-system";

type Policy = ResourceOf<(typeof authorizationPolicies)[number]>["props"];

/** Namespaces of this stack's control planes, whose policies hold for the whole mesh. */
function roots(stack: Stack): ReadonlySet<string> {
  return stack.once("root namespaces of meshes", (all) => {
    const planes = all.ofType(...charts).filter(({ props: { chart } }) => isCalled(chart, controlPlane));
    return new Set(planes.map(({ props }) => rootOf(props)));
  });
}

function rootOf({ namespace, values }: ResourceOf<(typeof charts)[number]>["props"]): string {
  return textAt(values, "meshConfig", "rootNamespace") ?? namespace ?? usualRoot;
}

export const strict = resourceRule({
  id: "istio-mtls-strict",
  title: "The mesh takes nothing in plain text",
  severity: "critical",
  description:
    "A workload that is PERMISSIVE answers whoever has no certificate, so that neither who called nor what was said is sure.",
  remedy: "Set spec.mtls.mode and each of spec.portLevelMtls to STRICT.",
  controls: { nsa: ["Encryption", "Service meshes"], soc2: ["CC6.7"], gdpr: ["32(1)(a)"] },
  levels: fromStaging,
  types: peerAuthentications,
  check: ({ props: { spec } }) => [
    lax(spec?.mtls?.mode, "spec.mtls.mode"),
    Object.entries(spec?.portLevelMtls ?? {}).map(([port, tls]) =>
      lax(tls?.mode, `spec.portLevelMtls.${port}.mode`),
    ),
  ],
});

function lax(mode: string | undefined, path: string): Verdict {
  return ["PERMISSIVE", "DISABLE"].includes(mode ?? "") && `${path} is ${show(mode)}, expected "STRICT"`;
}

export const strictEverywhere = stackRule({
  id: "istio-mtls-mesh-wide",
  title: "Mutual TLS is asked of the whole mesh",
  severity: "critical",
  description:
    "Istio is PERMISSIVE until it is told otherwise: without a policy of the whole mesh every new namespace takes plain text.",
  remedy:
    "Add a PeerAuthentication without a selector to the control plane's namespace, with spec.mtls.mode STRICT.",
  controls: { nsa: ["Encryption", "Service meshes"], soc2: ["CC6.7"], gdpr: ["32(1)(a)"] },
  levels: fromStaging,
  types: charts,
  applies: ({ props: { chart } }) => isCalled(chart, controlPlane),
  check: ({ props }, stack) => {
    const root = rootOf(props);
    return (
      !stack
        .ofType(...peerAuthentications)
        .some(
          ({ props: { metadata, spec } }) =>
            metadata?.namespace === root &&
            Object.keys(spec?.selector?.matchLabels ?? {}).length === 0 &&
            spec?.mtls?.mode === "STRICT",
        ) && `no PeerAuthentication in ${root} asks the whole mesh for STRICT`
    );
  },
});

/** True for a policy that allows nothing to all whom it is about. */
function deniesAll({ spec }: Policy): boolean {
  return (
    Object.keys(spec?.selector?.matchLabels ?? {}).length === 0 &&
    (spec?.targetRefs ?? []).length === 0 &&
    ["ALLOW", undefined].includes(spec?.action) &&
    (spec?.rules ?? []).length === 0
  );
}

/** Whether the pods of a namespace get a place in the mesh. */
function enrolled(labels: Readonly<Record<string, string | undefined>> = {}): boolean {
  return (
    labels["istio-injection"] === "enabled" ||
    (labels["istio.io/rev"] ?? "") !== "" ||
    labels["istio.io/dataplane-mode"] === "ambient"
  );
}

export const defaultDeny = stackRule({
  id: "istio-default-deny-authz",
  title: "The mesh refuses calls that nobody allowed",
  severity: "high",
  description: "Without a policy that allows nothing, whoever has a certificate of the mesh calls everybody.",
  remedy:
    "Add an AuthorizationPolicy with an empty spec to the control plane's namespace, or to each one of the mesh.",
  controls: { soc2: ["CC6.3"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: ["kubernetes:core/v1:Namespace"],
  applies: ({ props: { metadata } }) => enrolled(metadata?.labels),
  check: ({ props: { metadata } }, stack) => {
    const name = metadata?.name ?? "";
    const denying = stack.once("namespaces that deny all calls", (all) => {
      const policies = all.ofType(...authorizationPolicies).filter(({ props }) => deniesAll(props));
      return new Set(policies.map(({ props }) => props.metadata?.namespace ?? ""));
    });
    return (
      ![name, ...roots(stack)].some((namespace) => denying.has(namespace)) &&
      "no AuthorizationPolicy in it or of the whole mesh allows nothing"
    );
  },
});

export const noAllowAll = resourceRule({
  id: "istio-no-allow-all-authz",
  title: "Policies of the mesh say who may call",
  severity: "high",
  description: "A rule that names nobody, or everybody, takes the default deny back.",
  remedy:
    "Name principals, namespaces or requestPrincipals in each rule's from, or the gateway's namespace in gatewayNamespaces, where rules go by host.",
  controls: { soc2: ["CC6.3"], gdpr: ["32(1)(b)"] },
  levels: always,
  settings: {
    gatewayNamespaces: {
      schema: {
        type: "array",
        items: { type: "string" },
        description:
          "Namespaces of gateways, which callers without a certificate reach, by the hosts they name.",
      },
      values: { dev: ["istio-ingress"], staging: ["istio-ingress"], prod: ["istio-ingress"] },
    },
  },
  types: authorizationPolicies,
  applies: ({ props: { spec } }) => ["ALLOW", undefined].includes(spec?.action),
  check: ({ props: { metadata, spec } }, { gatewayNamespaces }) =>
    (spec?.rules ?? []).map(({ from = [], to = [], when = [] }, place) => {
      const path = `spec.rules.${place}`;
      const byHost =
        gatewayNamespaces.includes(metadata?.namespace ?? "") &&
        to.length > 0 &&
        to.every(({ operation }) => (operation?.hosts ?? []).some((host) => host !== "*"));
      if (from.length === 0 && when.length === 0) return !byHost && `${path} allows whoever calls`;
      return from.map(({ source }) => everybody(source, `${path}.from`));
    }),
});

function everybody(
  source: NonNullable<
    NonNullable<NonNullable<NonNullable<Policy["spec"]>["rules"]>[number]["from"]>[number]["source"]
  > = {},
  path: string,
): Verdict {
  const { principals, requestPrincipals, namespaces, serviceAccounts, ipBlocks, remoteIpBlocks } = source;
  const named = Object.entries({ principals, requestPrincipals, namespaces, serviceAccounts });
  const blocks = [...(ipBlocks ?? []), ...(remoteIpBlocks ?? [])];
  return [
    named.every(([, values]) => values === undefined) && blocks.length === 0 && `${path} names nobody`,
    named
      // A request with any valid token has at least been signed by the issuer.
      .filter(([key, values]) => key !== "requestPrincipals" && values?.includes("*"))
      .map(([key]) => `${path}: ${key} holds *`),
    blocks.filter((block) => isOpenToAll(block)).map((block) => `${path}: ${block} is everybody`),
  ];
}

export const noOptOut = resourceRule({
  id: "istio-no-injection-opt-out",
  title: "Nobody leaves the mesh on their own",
  severity: "high",
  description:
    "A pod that has no proxy is called, and calls, in plain text and past every policy of the mesh.",
  remedy:
    "Leave sidecar.istio.io/inject and istio.io/dataplane-mode out of the pods' labels and annotations, or name the service account in optOuts.",
  controls: { nsa: ["Service meshes"], soc2: ["CC6.7"], gdpr: ["32(1)(a)"] },
  levels: fromStaging,
  settings: {
    optOuts: {
      schema: {
        type: "array",
        items: { type: "string" },
        description: "Service accounts whose pods are outside of the mesh on purpose.",
      },
      values: { dev: [] as string[], staging: [] as string[], prod: [] as string[] },
    },
  },
  types: workloads,
  check: (workload, { optOuts }) => {
    const { metadata, spec } = podOf(workload);
    if (optOuts.includes(spec?.serviceAccountName ?? "")) return;
    const inject = "sidecar.istio.io/inject";
    return [
      [metadata?.labels?.[inject], metadata?.annotations?.[inject]].includes("false") &&
        `pods set ${inject} to "false"`,
      metadata?.labels?.["istio.io/dataplane-mode"] === "none" &&
        'pods set istio.io/dataplane-mode to "none"',
    ];
  },
});

export const requestTokens = stackRule({
  id: "istio-request-auth-jwks",
  title: "Tokens are checked, and asked for",
  severity: "medium",
  description:
    "Keys that come in plain text can be put in another's place, and a RequestAuthentication alone lets a request without a token pass.",
  remedy:
    "Give each of spec.jwtRules an https issuer or jwksUri, and add an AuthorizationPolicy with requestPrincipals to the namespace.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: requestAuthentications,
  check: ({ props: { metadata, spec } }, stack) => {
    const asking = stack.once("namespaces whose policies ask for tokens", (all) => {
      const policies = all.ofType(...authorizationPolicies).filter(({ props }) =>
        (props.spec?.rules ?? []).some(
          ({ from = [], when = [] }) =>
            from.some(
              // those with a token are let in, or those without one refused
              ({ source }) =>
                (source?.requestPrincipals ?? []).length + (source?.notRequestPrincipals ?? []).length > 0,
            ) || when.some(({ key = "" }) => key.startsWith("request.auth.")),
        ),
      );
      return new Set(policies.map(({ props }) => props.metadata?.namespace ?? ""));
    });
    return [
      (spec?.jwtRules ?? []).map(({ issuer = "", jwksUri, jwks }, place) => {
        if (jwksUri !== undefined)
          return (
            !jwksUri.startsWith("https://") &&
            `spec.jwtRules.${place}.jwksUri is ${show(jwksUri)}, expected https`
          );
        // Without an address of its own the keys are looked for at the issuer's.
        return (
          jwks === undefined &&
          !issuer.startsWith("https://") &&
          `spec.jwtRules.${place}.issuer is ${show(issuer)}, expected https`
        );
      }),
      ![metadata?.namespace ?? "", ...roots(stack)].some((namespace) => asking.has(namespace)) &&
        "no AuthorizationPolicy in its namespace asks for requestPrincipals",
    ];
  },
});

export const enrolledNamespaces = stackRule({
  id: "istio-namespace-enrolled",
  title: "Where the mesh has rules, pods are in it",
  severity: "medium",
  description:
    "Rules of the mesh are kept by the proxies: in a namespace without them they say something and do nothing.",
  remedy: "Label the namespace istio-injection: enabled, istio.io/rev, or istio.io/dataplane-mode: ambient.",
  controls: { nsa: ["Service meshes"], soc2: ["CC6.7"], gdpr: ["32(1)(a)"] },
  levels: fromStaging,
  types: ["kubernetes:core/v1:Namespace"],
  // A gateway's pods are told on their own, and come with a chart.
  applies: ({ props: { metadata } }, stack) => {
    const name = metadata?.name ?? "";
    const ruled = stack.once("namespaces with rules of the mesh", (all) => {
      const rules = all.ofType(...destinationRules, ...sidecars, ...peerAuthentications);
      return new Set(rules.map(({ props }) => props.metadata?.namespace ?? ""));
    });
    return ruled.has(name) && !roots(stack).has(name);
  },
  check: ({ props: { metadata } }) =>
    !enrolled(metadata?.labels) &&
    "rules of the mesh stand in it, and no label brings its pods into the mesh",
});

export const egress = resourceRule({
  id: "istio-egress-registry-only",
  title: "The mesh calls nobody that it does not know",
  severity: "medium",
  description:
    "Unless it is told otherwise a proxy passes on whatever it is handed, to wherever on the internet.",
  remedy: "Set meshConfig.outboundTrafficPolicy.mode to REGISTRY_ONLY in the values of istiod.",
  controls: { soc2: ["CC6.6"], gdpr: ["44"] },
  levels: fromStaging,
  types: charts,
  applies: ({ props: { chart } }) => isCalled(chart, controlPlane),
  check: ({ props }) => {
    const mode = textAt(objectAt(props.values, "values"), "meshConfig", "outboundTrafficPolicy", "mode");
    return (
      mode !== "REGISTRY_ONLY" &&
      `values.meshConfig.outboundTrafficPolicy.mode is ${show(mode)}, expected "REGISTRY_ONLY"`
    );
  },
});
