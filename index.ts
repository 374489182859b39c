import { loadConfig } from "./config/load";
import { Platform } from "./platform";

const { outputs } = new Platform(loadConfig());

/** Stack outputs: what an operator or another stack asks for. */
export const { clusterName, clusterEndpoint, kubeconfig } = outputs;
export const { postgresHost, redisHost, bucketName } = outputs;
export const { url, loadBalancer, grafanaPassword } = outputs;
export const { imagePusher } = outputs;
