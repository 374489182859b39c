import * as aws from "@pulumi/aws";
import type { CustomResourceOptions } from "@pulumi/pulumi";
import { allow, trust } from "./awsIdentity";

/** Functions, containers, clusters and what is published. */
export function containersAndMore(opts: CustomResourceOptions): void {
  const runs = new aws.iam.Role(
    "runs",
    { assumeRolePolicy: trust({ Service: "lambda.amazonaws.com" }) },
    opts,
  );
  const hook = new aws.lambda.Function(
    "hook",
    {
      role: runs.arn,
      runtime: "python3.7",
      handler: "main.handle",
      s3Bucket: "code",
      s3Key: "hook.zip",
      environment: { variables: { DATABASE_PASSWORD: "correct-horse" } },
    },
    opts,
  );
  new aws.lambda.Permission(
    "hook-anyone",
    { function: hook.name, action: "lambda:InvokeFunction", principal: "*" },
    opts,
  );
  new aws.lambda.FunctionUrl("hook-url", { functionName: hook.name, authorizationType: "NONE" }, opts);
  images(opts);
  tasks(opts);
  clusters(opts);
  new aws.apigateway.Method(
    "orders-post",
    { restApi: "api", resourceId: "orders", httpMethod: "POST", authorization: "NONE" },
    opts,
  );
  new aws.sagemaker.NotebookInstance(
    "lab",
    {
      roleArn: runs.arn,
      instanceType: "ml.t3.medium",
      directInternetAccess: "Enabled",
      rootAccess: "Enabled",
    },
    opts,
  );
  new aws.athena.Workgroup("queries", { configuration: { enforceWorkgroupConfiguration: false } }, opts);
}

function images(opts: CustomResourceOptions): void {
  const repository = new aws.ecr.Repository(
    "web",
    { name: "web", imageTagMutability: "MUTABLE", imageScanningConfiguration: { scanOnPush: false } },
    opts,
  );
  new aws.ecr.RepositoryPolicy(
    "web-policy",
    { repository: repository.name, policy: allow("ecr:*", "*") },
    opts,
  );
}

function tasks(opts: CustomResourceOptions): void {
  const task = new aws.ecs.TaskDefinition(
    "worker",
    {
      family: "worker",
      networkMode: "host",
      pidMode: "host",
      containerDefinitions: JSON.stringify([
        {
          name: "worker",
          image: "worker:latest",
          privileged: true,
          readonlyRootFilesystem: false,
          environment: [{ name: "AWS_SECRET_ACCESS_KEY", value: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" }],
        },
      ]),
    },
    opts,
  );
  const cluster = new aws.ecs.Cluster(
    "tasks",
    { settings: [{ name: "containerInsights", value: "disabled" }] },
    opts,
  );
  new aws.ecs.Service(
    "worker-service",
    {
      cluster: cluster.arn,
      taskDefinition: task.arn,
      desiredCount: 1,
      enableExecuteCommand: true,
      networkConfiguration: { subnets: ["subnet-a"], assignPublicIp: true },
    },
    opts,
  );
}

function clusters(opts: CustomResourceOptions): void {
  const role = new aws.iam.Role(
    "control-plane",
    { assumeRolePolicy: trust({ Service: "eks.amazonaws.com" }) },
    opts,
  );
  const cluster = new aws.eks.Cluster(
    "platform",
    {
      roleArn: role.arn,
      name: "platform",
      version: "1.24",
      vpcConfig: {
        subnetIds: ["subnet-a", "subnet-b"],
        endpointPublicAccess: true,
        endpointPrivateAccess: false,
        publicAccessCidrs: ["0.0.0.0/0"],
      },
      enabledClusterLogTypes: [],
    },
    opts,
  );
  new aws.eks.NodeGroup(
    "platform-nodes",
    {
      clusterName: cluster.name,
      nodeRoleArn: role.arn,
      subnetIds: ["subnet-a"],
      scalingConfig: { minSize: 1, maxSize: 1, desiredSize: 1 },
      remoteAccess: { ec2SshKey: "team" },
    },
    opts,
  );
}
