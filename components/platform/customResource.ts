import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** What a model of any kind can do, whatever release of the models it is from. */
export interface Model {
  /** @throws Error naming each field that the kind's schema refuses */
  validate(): void;
  toJSON(): unknown;
}

/** What every kind of Kubernetes says of itself. */
interface Described {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: { readonly name?: string; readonly [key: string]: unknown };
}

/** Arguments of {@link customResource}. */
export interface CustomResourceArgs {
  /** The object, a model of its kind (`@kubernetes-models/*`), named and without its namespace. */
  readonly model: Model;
  /** @default - the kind is the whole cluster's */
  readonly namespace?: pulumi.Input<string>;
  /**
   * Go on only once this condition of its status is true, such as `Ready`.
   *
   * @default - go on as soon as it is made
   */
  readonly waitForCondition?: string;
}

/**
 * A custom resource from a typed model, held to the schema of its kind before it is registered. What installs the kind has
 * to be among what `opts` depends on.
 *
 * @throws Error naming the object and each field that does not fit the schema
 */
export function customResource(
  name: string,
  { model, namespace, waitForCondition }: CustomResourceArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  const { apiVersion, kind, metadata = {}, ...rest } = plainOf(name, model);
  const { annotations, ...named } = metadata;
  const waitFor =
    waitForCondition === undefined ? {} : { "pulumi.com/waitFor": `condition=${waitForCondition}` };
  const allAnnotations = { ...(annotations as Record<string, string> | undefined), ...waitFor };
  return new k8s.apiextensions.CustomResource(
    name,
    {
      apiVersion,
      kind,
      metadata: {
        ...named,
        ...(Object.keys(allAnnotations).length > 0 && { annotations: allAnnotations }),
        ...(namespace !== undefined && { namespace }),
      },
      ...rest,
    },
    opts,
  );
}

/** The models of a kind (`@kubernetes-models/*`). */
export interface Kind<T> {
  readonly apiVersion: string;
  readonly kind: string;
  new (data: T): Model;
}

/** Arguments of {@link lateCustomResource}. */
export interface LateCustomResourceArgs<T extends { readonly spec?: unknown }> {
  /** Its kind, by the class of its models. */
  readonly of: Kind<Omit<T, "apiVersion" | "kind">>;
  /** Name of the object. */
  readonly object: string;
  /**
   * Annotations of the object.
   *
   * @default {}
   */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly namespace?: pulumi.Input<string>;
  /** What is known only once other resources are there. */
  readonly spec: pulumi.Output<NonNullable<T["spec"]>>;
}

/**
 * As {@link customResource}, of a spec that names what the cloud has yet to make: held to the schema as soon as it is known,
 * which still is before it is registered.
 */
export function lateCustomResource<T extends { readonly spec?: unknown }>(
  name: string,
  { of: Kinds, object, annotations, namespace, spec }: LateCustomResourceArgs<T>,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  const { apiVersion, kind } = Kinds;
  const metadata = { name: object, ...(annotations !== undefined && { annotations }) };
  return new k8s.apiextensions.CustomResource(
    name,
    {
      apiVersion,
      kind,
      metadata: { ...metadata, ...(namespace !== undefined && { namespace }) },
      spec: spec.apply((known) => {
        // the models' own type asks no more of the rest
        const data = { metadata, spec: known } as unknown as Omit<T, "apiVersion" | "kind">;
        return (plainOf(name, new Kinds(data)) as { readonly spec?: unknown }).spec;
      }),
    },
    opts,
  );
}

function plainOf(name: string, model: Model): Described {
  const plain = model.toJSON() as Described;
  try {
    model.validate();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${name}: expected a ${plain.kind} (${plain.apiVersion}) by its schema, got ${reason}`, {
      cause: error,
    });
  }
  return plain;
}
