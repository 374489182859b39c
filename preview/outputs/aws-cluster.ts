import type { InvokeTable, OutputTable } from "./table";

/** Computed outputs of the resource types that aws components register. */
export const outputs: OutputTable = {};

/** Answers of the provider functions they call. */
export const functions: InvokeTable = {};
