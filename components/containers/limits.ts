/** What a task of ECS may ask for. */
export const taskLimits = {
  /** Longest that a container has to stop, seconds (Fargate): https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html */
  stopSeconds: 120,
} as const;

/** What an instance of Cloud Run may ask for. */
export const runLimits = {
  /**
   * Longest that a container has to start, seconds, and one with a GPU
   * (https://docs.cloud.google.com/run/docs/configuring/healthchecks; with a GPU https://docs.cloud.google.com/run/docs/configuring/jobs/healthchecks).
   */
  startSeconds: 240,
  gpuStartSeconds: 1800,
  /** GPUs of an instance: https://docs.cloud.google.com/run/docs/configuring/services/gpu */
  gpus: 1,
} as const;

/** Regions where Cloud Run has L4: https://docs.cloud.google.com/run/docs/configuring/services/gpu#supported-regions */
export const runGpuRegions = [
  "asia-south1",
  "asia-southeast1",
  "europe-west1",
  "europe-west4",
  "us-central1",
  "us-east4",
] as const;
