import { loadConfig } from "./config/load";
import { platform } from "./platform";

const { outputs } = platform(loadConfig());

/** Stack outputs: what an operator or another stack asks for. */
export const { clusterName, clusterEndpoint, kubeconfig, postgresHost, redisHost, bucketName, url } = outputs;
