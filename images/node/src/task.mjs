import { askStores } from "./dependencies.mjs";
import { log } from "./log.mjs";
import { readSettings } from "./settings.mjs";

/**
 * What runs beside the pods and ends: it looks for the stores that it would work on, as names, network policies and the sidecar have
 * to let it through as they do the pods, says what it did, and fails where one does not answer, so that it is tried again.
 *
 * A system's own does its work in `work`, with a lock on what it changes: a try that hangs may have another one beside it. This
 * sample keeps nothing, and so has nothing to change.
 */
export async function runTask(task, work, environment = process.env) {
  const { service, version } = readSettings(environment);
  const about = { task, service, version };
  const stores = await askStores(environment);
  const away = Object.keys(stores).filter((name) => stores[name] !== "reachable");
  if (away.length > 0) {
    log("error", `${task}: no answer from ${away.join(", ")}`, { ...about, stores });
    return 1;
  }
  try {
    log("info", `${task}: done`, { ...about, stores, ...(await work()) });
    return 0;
  } catch (error) {
    log("error", `${task}: failed`, { ...about, error: String(error?.message ?? error) });
    return 1;
  }
}
