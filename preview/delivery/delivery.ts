import type { StackApplications } from "./applications";

/** A file to be written. */
export interface DeliveryFile {
  readonly path: string;
  readonly text: string;
}

/** What a chart or a kustomization is made from. */
export interface Delivery {
  readonly stacks: readonly StackApplications[];
  /** Of the program. */
  readonly version: string;
  readonly blueprint: string;
  readonly cloud: string;
}
