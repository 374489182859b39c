import { own, policy } from "./awsPolicies";
import { to, type Row } from "./mistake";

export const compute: readonly Row[] = [
  ["Function hook", "password in its environment", "CKV_AWS_45", to(["environment", undefined])],
  ["Function hook", "runtime without support", "CKV_AWS_363, FSBP Lambda.2", to(["runtime", "python3.13"])],
  [
    "Permission hook-anyone",
    "everyone may call it",
    "CKV_AWS_301, FSBP Lambda.1",
    to(
      ["principal", "events.amazonaws.com"],
      ["sourceArn", "arn:aws:events:eu-west-1:123456789012:rule/hourly"],
    ),
  ],
  ["FunctionUrl hook-url", "address without sign-in", "CKV_AWS_258", to(["authorizationType", "AWS_IAM"])],
  ["Repository web", "tags may be moved", "CKV_AWS_51, FSBP ECR.2", to(["imageTagMutability", "IMMUTABLE"])],
  [
    "Repository web",
    "images are not scanned",
    "CKV_AWS_163, FSBP ECR.1",
    to(["imageScanningConfiguration.scanOnPush", true]),
  ],
  [
    "RepositoryPolicy web-policy",
    "everyone may do everything",
    "CKV_AWS_32",
    to(["policy", policy("ecr:BatchGetImage", { AWS: own }, "*")]),
  ],
  [
    "TaskDefinition worker",
    "privileged container",
    "CKV_AWS_334, FSBP ECS.4",
    container({ privileged: false }),
  ],
  [
    "TaskDefinition worker",
    "root file system may be written",
    "CKV_AWS_336, FSBP ECS.5",
    container({ readonlyRootFilesystem: true }),
  ],
  ["TaskDefinition worker", "secret in its environment", "FSBP ECS.8", container({ environment: [] })],
  [
    "TaskDefinition worker",
    "image by the tag latest",
    "CKV_K8S_14, of pods",
    container({ image: `worker@sha256:${"a".repeat(64)}` }),
  ],
  ["TaskDefinition worker", "network of its host", "FSBP ECS.17", to(["networkMode", "awsvpc"])],
  ["TaskDefinition worker", "processes of its host", "CKV_AWS_335, FSBP ECS.3", to(["pidMode", undefined])],
  [
    "TaskDefinition worker",
    "no logs",
    "FSBP ECS.9",
    container({
      logConfiguration: {
        logDriver: "awslogs",
        options: { "awslogs-group": "worker", "awslogs-region": "eu-west-1" },
      },
    }),
  ],
  [
    "Service worker-service",
    "public address",
    "CKV_AWS_333, FSBP ECS.2",
    to(["networkConfiguration.assignPublicIp", false]),
  ],
  ["Cluster tasks", "no insights", "CKV_AWS_65, FSBP ECS.12", to(["settings.0.value", "enabled"])],
  [
    "Cluster platform",
    "API server reachable from everywhere",
    "CKV_AWS_38, FSBP EKS.1",
    to(
      ["vpcConfig.endpointPublicAccess", false],
      ["vpcConfig.endpointPrivateAccess", true],
      ["vpcConfig.publicAccessCidrs", undefined],
    ),
  ],
  [
    "Cluster platform",
    "secrets without a key of one's own",
    "CKV_AWS_58, FSBP EKS.3",
    to([
      "encryptionConfig",
      { resources: ["secrets"], provider: { keyArn: "arn:aws:kms:eu-west-1:123456789012:key/a" } },
    ]),
  ],
  [
    "Cluster platform",
    "no logs of the control plane",
    "CKV_AWS_37, FSBP EKS.8",
    to(["enabledClusterLogTypes", ["api", "audit", "authenticator", "controllerManager", "scheduler"]]),
  ],
  ["Cluster platform", "version without support", "CKV_AWS_339, FSBP EKS.2", to(["version", "1.34"])],
  ["NodeGroup platform-nodes", "SSH from everywhere", "CKV_AWS_100", to(["remoteAccess", undefined])],
  ["Method orders-post", "API without sign-in", "CKV_AWS_59", to(["authorization", "AWS_IAM"])],
  [
    "NotebookInstance lab",
    "straight to the internet",
    "CKV_AWS_122, FSBP SageMaker.1",
    to(["directInternetAccess", "Disabled"]),
  ],
  [
    "NotebookInstance lab",
    "root for its users",
    "CKV_AWS_307, FSBP SageMaker.3",
    to(["rootAccess", "Disabled"]),
  ],
  [
    "Workgroup queries",
    "clients choose whether results are encrypted",
    "CKV_AWS_82",
    to(["configuration.enforceWorkgroupConfiguration", true]),
  ],
];

/** The task's one container with other values. */
function container(change: Readonly<Record<string, unknown>>) {
  const bad = {
    name: "worker",
    image: "worker:latest",
    privileged: true,
    readonlyRootFilesystem: false,
    environment: [{ name: "AWS_SECRET_ACCESS_KEY", value: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" }],
  };
  return to(["containerDefinitions", JSON.stringify([{ ...bad, ...change }])]);
}
