import { setTimeout as sleep } from "node:timers/promises";
import { type CertificateOf, certificateOf } from "./health/certificates";
import { type Ask, askRoute } from "./health/routeCheck";
import { type Run, runProgram } from "./run";

/** What of the machine and the network commands use: tests have another. */
export interface Machine {
  readonly run: Run;
  readonly env: NodeJS.ProcessEnv;
  readonly ask: Ask;
  readonly certificateOf: CertificateOf;
  readonly now: () => Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** The machine that a command runs on. */
export const thisMachine: Machine = {
  run: runProgram,
  env: process.env,
  ask: askRoute,
  certificateOf,
  now: () => new Date(),
  sleep: (milliseconds) => sleep(milliseconds),
};
