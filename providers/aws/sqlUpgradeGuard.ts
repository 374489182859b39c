import * as pulumi from "@pulumi/pulumi";
import { textIn } from "../../components/cluster/upgrade";
import { checkSqlStep, type SqlEngine } from "../../components/data/sqlVersions";

/**
 * Binds {@link checkServer} to a primary: the engine asks it before each update, in a preview too, so that a step back or
 * over a major is refused before RDS hears of it.
 *
 * @param name logical name of the primary, unique in the stack as hooks' names have to be
 */
export function guardServer(name: string, engine: SqlEngine): pulumi.ResourceHookBinding {
  const check = (args: pulumi.ResourceHookArgs): void => {
    checkServer(engine, args);
  };
  return { beforeUpdate: [new pulumi.ResourceHook(`${name}-upgrade`, check, { onDryRun: true })] };
}

/** Refuses a server's step back, over a major, or to another one that nobody allowed. */
export function checkServer(
  engine: SqlEngine,
  {
    oldInputs,
    oldOutputs,
    newInputs,
  }: Pick<pulumi.ResourceHookArgs, "oldInputs" | "oldOutputs" | "newInputs">,
): void {
  const running = textIn(oldOutputs, "engineVersionActual") ?? textIn(oldInputs, "engineVersion");
  const allowed = newInputs?.["allowMajorVersionUpgrade"] === true;
  checkSqlStep(engine, running, textIn(newInputs, "engineVersion"), allowed);
}
