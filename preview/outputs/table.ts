import type * as pulumi from "@pulumi/pulumi";

/** Where a resource or a function call lands: read from its explicit provider, or fixed stand-ins where it has none. */
export interface Place {
  readonly region: string;
  /** Account id of the AWS provider, `123456789012` where it names none. */
  readonly account: string;
  /** Project of the GCP provider. */
  readonly project: string;
}

/** What a row of the table may look at: one registration, as the engine received it. */
export interface Registered extends Place {
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  /** Inputs with secrets unwrapped; a value not known yet is `undefined`. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The name Pulumi's auto-naming would give: `name`, a dash and seven hex digits that never change for a URN. */
  readonly autoName: string;
  /** Digits that never change for a URN, up to 64, for ids such as `vpc-…`: `hex(17)`. */
  readonly hex: (length: number) => string;
  /** Id of a resource that is read (`X.get`) or imported. */
  readonly importId: string | undefined;
}

/** A resource that a remote component made and hands out as an output (`awsx.ec2.Vpc`'s `vpc`). */
export class ChildResource {
  constructor(
    readonly type: string,
    readonly name: string,
    readonly id: string,
    /** What reading it answers. */
    readonly state: Readonly<Record<string, unknown>>,
  ) {}
}

type Loose<T> = T extends readonly (infer E)[]
  ? readonly Loose<E>[]
  : T extends pulumi.Resource
    ? ChildResource
    : T extends object
      ? { readonly [K in keyof T]?: Loose<T[K]> }
      : T;

/** The outputs of a resource class by name, each optional: a row states those the inputs do not already give. */
export type OutputsOf<R> = {
  readonly [K in keyof R as R[K] extends pulumi.Output<unknown> ? K : never]?: R[K] extends pulumi.Output<
    infer T
  >
    ? Loose<T> | pulumi.Output<Loose<T>>
    : never;
} & { readonly id?: string };

/** What the cloud would answer: the id and the outputs that are not echoes of inputs; `pulumi.secret(x)` for a secret. */
export type Row = (resource: Registered) => Readonly<Record<string, unknown>> & { readonly id?: string };

/** `T` as a part of `Shape`, refused when it has a key that `Shape` lacks. */
type PartOf<Shape, T> = T & Shape & { readonly [K in Exclude<keyof T, keyof Shape>]: never };

/**
 * One row, typed by the resource's class, so that an output's name or type can't be mistaken:
 * `computes<aws.ec2.Vpc>()((r) => ({ id: `vpc-${r.hex(17)}`, arn: … }))`. The second pair of parentheses is what lets the
 * compiler refuse a name that the class lacks.
 *
 * Inputs are echoed as outputs by themselves; the id is `autoName` unless the row says otherwise. An output that has the
 * name of a secret input is secret, and so are those of `additionalSecretOutputs`.
 */
export function computes<R extends pulumi.Resource>() {
  return <T extends object>(row: (resource: Registered) => PartOf<OutputsOf<R>, T>): Row => row;
}

/** Computed outputs by type token. A type without a row fails the preview, naming it: give it one, if only `() => ({})`. */
export type OutputTable = Readonly<Record<string, Row>>;

/**
 * Answers of provider functions by token (`aws:index/getCallerIdentity:getCallerIdentity`) and of remote components'
 * methods (`eks:index:Cluster/getKubeconfig`).
 */
export type InvokeTable = Readonly<
  Record<string, (args: Readonly<Record<string, unknown>>, place: Place) => Readonly<Record<string, unknown>>>
>;
