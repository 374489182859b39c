import type { SystemArgs } from "./components/workload/system";
import type * as pulumi from "@pulumi/pulumi";
import type { Registry } from "./components/delivery/registry";
import type { ImagePolicy, ImagePolicyArgs } from "./components/governance/imagePolicy";
import { objectsImage } from "./components/data/objectServer";
import { flagdImage } from "./components/delivery/flagd";
import { planMesh } from "./components/mesh/istioSpec";
import { imagesOn } from "./components/platform/chartImages";
import type { StackConfig } from "./config/resolve";
import type { CloudProvider } from "./providers/provider";

/** What {@link admitImages} goes by. */
export interface AdmissionArgs {
  readonly config: StackConfig;
  readonly cloud: CloudProvider;
  /** Where the services' images are kept. */
  readonly registry: string;
}

/** Where the services' images are kept, by the names that the blueprint gives them, and who pushes them there. */
export function makeImages(
  name: string,
  { config, cloud }: Omit<AdmissionArgs, "registry">,
  opts: pulumi.ComponentResourceOptions,
): { readonly address: string; readonly registry?: Registry; readonly pusher?: pulumi.Output<string> } {
  const { imageRegistry, blueprint, protect, ci, recovery } = config;
  if (imageRegistry !== undefined) return { address: imageRegistry };
  const repositories = [...new Set(Object.values(blueprint.services).map(({ image }) => image.repository))];
  const ownsAccount = config.audit === "stack";
  const registry = cloud.registry(
    `${name}-registry`,
    {
      repositories,
      ...(recovery !== undefined && { copyRegion: recovery.region }),
      ownsAccount,
      protect,
    },
    opts,
  );
  if (ci === undefined) return { address: registry.address, registry };
  const makesProvider = ownsAccount && ci.provider === "stack";
  const { pusher } = cloud.ciIdentity(`${name}-ci`, { ...ci, registry, ownsAccount: makesProvider }, opts);
  return { address: registry.address, registry, pusher };
}

/**
 * Which images run in the project: those of the stack's registry, of those that it names besides, and of the charts. Nothing
 * is said where another stack says it for the whole project, or where the cloud has no such policy.
 */
export function admitImages(
  name: string,
  args: AdmissionArgs,
  opts: pulumi.ComponentResourceOptions,
): ImagePolicy | undefined {
  const { audit, admission } = args.config;
  if (audit !== "stack" || !args.cloud.hasImagePolicy) return undefined;
  return args.cloud.imagePolicy(name, { ...admittedImages(args), enforced: admission.enforced }, opts);
}

/** Whose images run in the stack's cluster, whoever refuses the others. */
export function admittedImages({
  config,
  cloud,
  registry,
}: AdmissionArgs): Required<Pick<ImagePolicyArgs, "registries" | "repositories">> {
  const { admission, stores, blueprint, wayIn } = config;
  const { istio } = blueprint.platform;
  const services = Object.keys(blueprint.platform).filter(
    (service) => service !== "kyverno" || asksForSignatures(config),
  );
  const charts = imagesOn(cloud.cloud, {
    stores: inClusterOf(stores),
    services,
    wayIn,
    ...(istio !== undefined && { mesh: planMesh(istio).mode }),
  });
  const own = [
    ...(stores.bucket.hosting === "cluster" ? [objectsImage.repository] : []),
    ...(blueprint.platform.flagd === undefined ? [] : [flagdImage.repository]),
  ];
  return {
    registries: [...new Set([registry, ...admission.registries])],
    repositories: [...charts, ...own].sort(),
  };
}

/** Whether there is who signs the stack's images, and where signatures are. */
export function asksForSignatures({ blueprint, ci, imageRegistry }: StackConfig): boolean {
  return blueprint.platform.kyverno !== undefined && ci !== undefined && imageRegistry === undefined;
}

/** Names of the stores for which charts may be installed: Atlas needs none. */
function inClusterOf(stores: StackConfig["stores"]): readonly string[] {
  return Object.keys(stores).filter((name) => name !== "mongo" || stores.mongo?.hosting !== "atlas");
}

/** Whom images are pulled as; nobody where none is named. */
export function registryCredentials({
  registryUsername: username,
  secrets: { registryPassword: password },
}: StackConfig): Pick<SystemArgs, "registryCredentials"> {
  if (username === undefined || password === undefined) return {};
  return { registryCredentials: { username, password } };
}
