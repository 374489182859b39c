import type * as pulumi from "@pulumi/pulumi";

/** What a row of the table may look at: one registration, as the engine received it. */
export interface Registered {
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  /** Inputs with secrets unwrapped; a value not known yet is `undefined`. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The name Pulumi's auto-naming would give: `name`, a dash and seven hex digits that never change for a URN. */
  readonly autoName: string;
  /** Digits that never change for a URN, for ids such as `vpc-…`: `hex(17)`. */
  readonly hex: (length: number) => string;
  /** Region of the resource's explicit provider; the stack's where that has none. */
  readonly region: string;
  /** Account id of the AWS provider, `123456789012` where it names none. */
  readonly account: string;
  /** Project of the GCP provider. */
  readonly project: string;
}

type Loose<T> = T extends readonly (infer E)[]
  ? readonly Loose<E>[]
  : T extends pulumi.Resource
    ? unknown
    : T extends object
      ? { readonly [K in keyof T]?: Loose<T[K]> }
      : T;

/** The outputs of a resource class by name, each optional: a row states those the inputs do not already give. */
export type OutputsOf<R> = {
  readonly [K in keyof R as R[K] extends pulumi.Output<unknown> ? K : never]?: R[K] extends pulumi.Output<infer T>
    ? Loose<T>
    : never;
} & { readonly id?: string };

/** What the cloud would answer: the id and the outputs that are not echoes of inputs. */
export type Row = (resource: Registered) => Readonly<Record<string, unknown>> & { readonly id?: string };

/**
 * One row, typed by the resource's class, so that an output's name or type can't be mistaken.
 * Inputs are echoed as outputs by themselves; the id is `autoName` unless the row says otherwise.
 */
export function computes<R extends pulumi.Resource>(row: (resource: Registered) => OutputsOf<R>): Row {
  return row as Row;
}

/** Computed outputs by type token. A type without a row fails the preview, naming it: give it one, if only `() => ({})`. */
export type OutputTable = Readonly<Record<string, Row>>;

/** Answers of provider functions by token (`aws:index/getCallerIdentity:getCallerIdentity`). */
export type InvokeTable = Readonly<
  Record<string, (args: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>>
>;
