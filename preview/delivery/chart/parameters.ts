import type { Json } from "../../plan";
import type { ApplicationObject, StackApplications } from "../applications";
import { imageParts } from "../images";
import { isEqual, isRecord, leaves, pointerOf, textOf as textIn } from "../json";
import type { ObjectVariants } from "../variants";
import { waves } from "../order";
import { hookOf } from "./hook";
import type { Merging } from "./merge";
import type { TemplateNode, Variants } from "./node";
import { piecesOf, type SharedValue, skeleton } from "./shared";
import type { ChartValues } from "./values";

/** What all objects of a chart have in common while its templates are made. */
export interface ChartContext {
  readonly stacks: readonly StackApplications[];
  readonly system: string;
  readonly shared: readonly SharedValue[];
  readonly values: ChartValues;
  /** Services with a migration. */
  readonly migrating: ReadonlySet<string>;
}

type Rule = (path: readonly string[], variants: Variants) => TemplateNode | undefined;

const podKinds: readonly string[] = ["Deployment", "Rollout", "CronJob", "Job"];
const versionLabel = "app.kubernetes.io/version";
const managedByLabel = "app.kubernetes.io/managed-by";
const scalings: Readonly<Record<string, string>> = {
  "HorizontalPodAutoscaler spec/minReplicas": "minReplicas",
  "HorizontalPodAutoscaler spec/maxReplicas": "maxReplicas",
  "ScaledObject spec/minReplicaCount": "minReplicas",
  "ScaledObject spec/maxReplicaCount": "maxReplicas",
};

/** How the variants of an object become one: which of its values may be set, and by which names. */
export function mergingOf(context: ChartContext, objects: ObjectVariants): Merging {
  const rules = new Parameters(context, objects);
  return {
    stacks: context.stacks.map(({ stack }) => stack),
    shared: context.shared,
    replace: (path, variants) => rules.replace(path, variants),
    condition: (_, value) => rules.condition(value),
    more: (path) => rules.more(path),
  };
}

class Parameters {
  private readonly object: ApplicationObject;
  private readonly kind: string;
  /** Roles of the ConfigMaps that the service has in any stack. */
  private readonly roles: readonly string[];
  /** Of the service's image, by stack; `undefined` where there is no pod. */
  private readonly tags: Variants | undefined;
  /** Texts that are asked for, by stack. */
  private readonly askedTexts: ReadonlyMap<string, ReadonlySet<Json>>;

  constructor(
    private readonly context: ChartContext,
    private readonly objects: ObjectVariants,
  ) {
    const [first] = objects.values();
    if (first === undefined) throw new Error("expected an object of one stack at least, got none");
    this.object = first;
    this.kind = textIn(first.object["kind"]);
    this.roles = rolesOf(context, first.service);
    this.tags = podKinds.includes(this.kind) ? tagsOf(context, objects) : undefined;
    this.askedTexts = mapValues(
      objects,
      ({ object, asked }) =>
        new Set(leaves(object).flatMap(({ path, value }) => (asked.has(pointerOf(path)) ? [value] : []))),
    );
  }

  replace(path: readonly string[], variants: Variants): TemplateNode | undefined {
    const rules: readonly Rule[] = [
      (...at) => this.managedBy(...at),
      (...at) => this.generated(...at),
      (at) => this.job(at),
      (...at) => this.image(...at),
      (...at) => this.version(...at),
      (...at) => this.size(...at),
      (...at) => this.annotations(...at),
      (...at) => this.asked(...at),
      (...at) => this.host(...at),
    ];
    for (const rule of rules) {
      const node = rule(path, variants);
      if (node !== undefined) return node;
    }
    return undefined;
  }

  /** What mounts or reads a ConfigMap is there where that is. */
  condition(value: Json): string | undefined {
    const { service = "" } = this.object;
    const role = this.roles.find((one) => isOfConfigMap(value, one, `${service}-${one}`));
    return role === undefined ? undefined : `$service.${role}`;
  }

  more(path: readonly string[]): string | undefined {
    const { service } = this.object;
    const isEnv = path.at(-1) === "env" && path.at(-2) === service && path.at(-3) === "containers";
    if (!isEnv || service === undefined || !podKinds.includes(this.kind)) return undefined;
    this.state(["env"], constant(this.objects, {}));
    return 'include "applications.env" $service.env';
  }

  private managedBy(path: readonly string[], variants: Variants): TemplateNode | undefined {
    const isLabel =
      path.at(-1) === managedByLabel && [...variants.values()].every((value) => value === "pulumi");
    return isLabel ? inline("$.Values.managedBy | quote") : undefined;
  }

  /** A ConfigMap that is named by its content, its content, and who names it. */
  private generated(path: readonly string[], variants: Variants): TemplateNode | undefined {
    const { generated, service } = this.object;
    const at = path.join("/");
    const [value] = variants.values();
    if (service === undefined) return undefined;
    if (generated !== undefined && at === "metadata/name") return inline(nameOf(service, generated));
    if (generated !== undefined && at === "data") {
      for (const data of variants.values()) this.stateData(generated, data);
      return { kind: "block", expression: dataOf(service, generated) };
    }
    const isReference = path.at(-1) === "name" && /^configMap(Ref)?$/.test(path.at(-2) ?? "");
    const role = isReference ? this.roles.find((one) => value === `${service}-${one}`) : undefined;
    return role === undefined ? undefined : inline(nameOf(service, role));
  }

  /** A Job is named by its content, and may be a hook of Helm's. */
  private job(path: readonly string[]): TemplateNode | undefined {
    const { service, object } = this.object;
    const { metadata } = object;
    if (this.kind !== "Job" || service === undefined || !isRecord(metadata)) return undefined;
    const at = path.join("/");
    if (at === "metadata/name") {
      const job = JSON.stringify(metadata["name"]);
      return inline(`include "applications.jobName" (dict "root" $ "job" ${job})`);
    }
    if (at !== "metadata/annotations") return undefined;
    const expression = `include "applications.jobAnnotations" ${hookOf(this.context, service)}`;
    return { kind: "block", expression };
  }

  /** Each key is a value; those that only an update knows are asked for. */
  private stateData(role: string, data: Json): void {
    this.state([role], constant(this.objects, {}));
    for (const [key] of Object.entries(isRecord(data) ? data : {})) {
      const of = (one: ApplicationObject): Json | undefined => {
        const all = one.object["data"];
        return isRecord(all) ? all[key] : undefined;
      };
      const byStack = mapOf(this.objects, of);
      const askedIn = [...this.objects].filter(([, one]) => one.asked.has(pointerOf(["data", key])));
      this.state([role, key], byStack, new Set(askedIn.map(([name]) => name)));
    }
  }

  private image(path: readonly string[], variants: Variants): TemplateNode | undefined {
    if (path.at(-1) !== "image" || path.at(-3) !== "containers") return undefined;
    const parts = mapValues(variants, (value) => imageParts(textIn(value), this.context.system));
    if (parts.size < variants.size) return undefined;
    const pick = (key: "registry" | "repository" | "tag" | "digest"): Variants =>
      mapValues(parts, (one) => one[key]);
    const stated = this.context.values.stated(this.pathOf(["image", "repository"]));
    if (stated !== undefined && !isSame(stated.byStack, pick("repository"))) return undefined;
    const registry = this.context.values.stated(["imageRegistry"]);
    if (registry !== undefined && !isSame(registry.byStack, pick("registry"))) return undefined;
    this.context.values.state(["imageRegistry"], pick("registry"));
    this.state(["image", "repository"], pick("repository"));
    this.state(["image", "tag"], pick("tag"));
    this.state(["image", "digest"], pick("digest"));
    return inline('include "applications.image" (dict "root" $ "image" $service.image) | quote');
  }

  /** Where the image's version stands beside the image. */
  private version(path: readonly string[], variants: Variants): TemplateNode | undefined {
    const { tags } = this;
    if (tags === undefined || ![...variants.values()].every((value) => typeof value === "string")) {
      return undefined;
    }
    if (path.at(-1) === versionLabel && isSame(variants, tags)) return inline("$service.image.tag | quote");
    if (
      ![...variants].every(([stack, value]) =>
        textIn(value).includes(`service.version=${textIn(tags.get(stack))}`),
      )
    ) {
      return undefined;
    }
    const tag: SharedValue = {
      path: this.pathOf(["image", "tag"]),
      expression: "$service.image.tag",
      texts: new Map([...tags].map(([stack, text]) => [stack, textIn(text)])),
      isWord: true,
    };
    return textOf(variants, [...this.context.shared, tag]);
  }

  /** How many pods there are, and how large each is. */
  private size(path: readonly string[], variants: Variants): TemplateNode | undefined {
    const at = path.join("/");
    const scaling = scalings[`${this.kind} ${at}`];
    if (scaling !== undefined) return this.count(["autoscaling", scaling], variants);
    const lowest = this.context.values.stated(this.pathOf(["autoscaling", "minReplicas"]))?.byStack;
    if (this.kind === "ScaledObject" && at === "spec/fallback/replicas") {
      const least = lowest ?? this.leastOf();
      return isSame(least, variants) ? this.count(["autoscaling", "minReplicas"], variants) : undefined;
    }
    if (this.kind !== "Deployment" && this.kind !== "Rollout") return undefined;
    if (at === "spec/replicas") return this.count(["replicas"], variants);
    const isOwn = at === `spec/template/spec/containers/${this.object.service ?? ""}/resources`;
    if (!isOwn) return undefined;
    this.state(["resources"], variants);
    return { kind: "block", expression: "toYaml $service.resources" };
  }

  private leastOf(): Variants {
    return mapOf(this.objects, ({ object: { spec } }) =>
      isRecord(spec) ? spec["minReplicaCount"] : undefined,
    );
  }

  private count(path: readonly string[], variants: Variants): TemplateNode | undefined {
    if (this.object.service === undefined) return undefined;
    this.state(path, variants);
    return inline(`$service.${path.join(".")} | int`);
  }

  private annotations(path: readonly string[], variants: Variants): TemplateNode | undefined {
    const { service } = this.object;
    if (
      this.kind !== "ServiceAccount" ||
      path.join("/") !== "metadata/annotations" ||
      service === undefined
    ) {
      return undefined;
    }
    const keys = new Set(
      [...variants.values()].flatMap((value) => Object.keys(isRecord(value) ? value : {})),
    );
    this.state(["serviceAccount", "annotations"], constant(this.objects, {}));
    for (const key of keys) {
      const askedIn = [...this.objects].filter(([, one]) => one.asked.has(pointerOf([...path, key])));
      const byStack = mapOf(this.objects, ({ object: { metadata } }) => {
        const annotations = isRecord(metadata) ? metadata["annotations"] : undefined;
        return isRecord(annotations) ? annotations[key] : undefined;
      });
      this.state(["serviceAccount", "annotations", key], byStack, new Set(askedIn.map(([name]) => name)));
    }
    const wave = this.context.migrating.has(service) ? ` "wave" "${waves.needed}"` : "";
    return {
      kind: "block",
      expression: `include "applications.annotations" (dict "root" $ "service" ${JSON.stringify(service)} "annotations" $service.serviceAccount.annotations${wave})`,
    };
  }

  /** What only an update knows: of a connection where it is the same there, and else a value of its own. */
  private asked(path: readonly string[], variants: Variants): TemplateNode | undefined {
    const { service } = this.object;
    const stacks = [...variants.keys()].filter((stack) => {
      const value = variants.get(stack);
      return typeof value === "string" && this.askedTexts.get(stack)?.has(value) === true;
    });
    if (stacks.length === 0 || service === undefined) return undefined;
    const connection = this.connectionOf(variants);
    const key = path.at(-1) ?? "";
    if (connection !== undefined) {
      return inline(
        `get (include "applications.data" (dict "root" $ "service" ${JSON.stringify(service)} "role" "connections") | fromYaml) ${JSON.stringify(connection)} | quote`,
      );
    }
    const own = [`${this.kind.charAt(0).toLowerCase()}${this.kind.slice(1)}`, key];
    this.state(own, variants, new Set(stacks));
    const where = this.pathOf(own).join(".");
    return inline(
      `required "${where}: expected a value, which the platform's update makes" $service.${own.join(".")} | quote`,
    );
  }

  private connectionOf(variants: Variants): string | undefined {
    const { service } = this.object;
    const connections = mapValues(variants, (_, stack) => {
      const { objects = [] } = this.context.stacks.find((one) => one.stack === stack) ?? {};
      return objects.find((one) => one.service === service && one.generated === "connections")?.object[
        "data"
      ];
    });
    const [first] = connections.values();
    return Object.keys(isRecord(first) ? first : {}).find((key) =>
      [...variants].every(([stack, value]) => {
        const data = connections.get(stack);
        return isRecord(data) && data[key] === value;
      }),
    );
  }

  /** Hosts of routes follow the domain, in a chart of one stack as well. */
  private host(path: readonly string[], variants: Variants): TemplateNode | undefined {
    const isHost = path.includes("hostnames") || path.at(-1) === "sectionName";
    if (
      this.kind !== "HTTPRoute" ||
      !isHost ||
      [...variants.values()].some((value) => typeof value !== "string")
    ) {
      return undefined;
    }
    return textOf(variants, this.context.shared);
  }

  private pathOf(path: readonly string[]): readonly string[] {
    return ["services", this.object.service ?? "", ...path];
  }

  private state(path: readonly string[], byStack: Variants, askedIn?: ReadonlySet<string>): void {
    this.context.values.state(this.pathOf(path), byStack, askedIn);
  }
}

function rolesOf({ stacks }: ChartContext, service: string | undefined): readonly string[] {
  const all = stacks.flatMap(({ objects }) =>
    objects.flatMap((one) => (one.service === service && one.generated !== undefined ? [one.generated] : [])),
  );
  return [...new Set(all)];
}

function tagsOf({ system }: ChartContext, objects: ObjectVariants): Variants | undefined {
  const tags = mapOf(objects, ({ object }) => {
    const image = leaves(object).find(({ path }) => path.at(-1) === "image" && path.includes("containers"));
    return imageParts(textIn(image?.value), system)?.tag;
  });
  return tags.size === objects.size ? tags : undefined;
}

function textOf(variants: Variants, shared: readonly SharedValue[]): TemplateNode | undefined {
  const skeletons = [...variants].map(([stack, value]) => skeleton(stack, textIn(value), shared));
  const [first = ""] = skeletons;
  return first.includes("\0") && skeletons.every((one) => one === first)
    ? { kind: "text", pieces: piecesOf(first, shared) }
    : undefined;
}

function isOfConfigMap(value: Json, role: string, name: string): boolean {
  if (!isRecord(value)) return false;
  const named = [value["configMap"], value["configMapRef"]].some(
    (one) => isRecord(one) && one["name"] === name,
  );
  return named || value["name"] === role;
}

function nameOf(service: string, role: string): string {
  return `include "applications.configName" (dict "root" $ "service" ${JSON.stringify(service)} "role" ${JSON.stringify(role)})`;
}

function dataOf(service: string, role: string): string {
  return nameOf(service, role).replace("applications.configName", "applications.data");
}

function inline(expression: string): TemplateNode {
  return { kind: "inline", expression };
}

function constant(objects: ObjectVariants, value: Json): Variants {
  return new Map([...objects.keys()].map((stack) => [stack, value]));
}

function mapOf(objects: ObjectVariants, pick: (object: ApplicationObject) => Json | undefined): Variants {
  return mapValues(objects, pick);
}

function mapValues<T, R>(
  from: ReadonlyMap<string, T>,
  pick: (value: T, stack: string) => R | undefined,
): ReadonlyMap<string, R> {
  return new Map(
    [...from].flatMap(([stack, value]) => {
      const picked = pick(value, stack);
      return picked === undefined ? [] : [[stack, picked] as const];
    }),
  );
}

function isSame(a: Variants, b: Variants): boolean {
  return a.size === b.size && [...a].every(([stack, value]) => isEqual(value, b.get(stack)));
}
