import { asReference, type Wire, type WireObject } from "../../../preview/wire";
import { clusterChildren } from "./cluster";
import { vpcChildren } from "./vpc";

/** A resource that a remote component asked the engine for. */
export interface ChildRequest {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, Wire | undefined>>;
  /** @default the component */
  readonly parent?: Child;
  /**
   * What its inputs came from.
   *
   * @default []
   */
  readonly uses?: readonly Child[];
}

/** A child as the engine answered: its id is unknown in a preview. */
export interface Child {
  readonly urn: string;
  readonly id: string;
  readonly state: WireObject;
}

/** A remote component that is being made. */
export interface Component {
  readonly name: string;
  readonly inputs: WireObject;
  /** What `preview/outputs/` answers for it: nothing while its children are not there yet. */
  readonly outputs: () => Promise<WireObject>;
  /** Outputs of a resource that it was given: nothing where it was given none. */
  readonly lookUp: (reference: Wire | undefined) => Promise<WireObject>;
  readonly make: (child: ChildRequest) => Promise<Child>;
}

/** Makes the children of one component, and answers with the outputs that speak of them. */
export type MakeChildren = (component: Component) => Promise<WireObject>;

/**
 * What each remote component makes, in the shape that its plugin gives it, though not all of it: enough that what the
 * program is handed is there, and that the policy pack has the children to judge.
 */
export const makers: Readonly<Record<string, MakeChildren>> = {
  "awsx:ec2:Vpc": vpcChildren,
  "eks:index:Cluster": clusterChildren,
};

/** A child, as an output hands it out. */
export function referenceTo({ urn, id }: Child): Wire {
  return asReference(urn, id);
}
