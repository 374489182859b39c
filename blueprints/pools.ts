/** Labels of the nodes of a pool, by which a service is kept to it. */
const labelsOf = (pool: string) => ({ "groundwork.dev/pool": pool });

/** Nodes of the platform's own pods, and of the services': a burst of theirs is no ingress pod's trouble. */
export const systemPool = labelsOf("system");
export const applicationPool = labelsOf("application");

/** Nodes with GPUs, for the servers of models. */
export const inferencePool = labelsOf("inference");
