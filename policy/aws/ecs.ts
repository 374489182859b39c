import { holdsCredential, isSecretName, mustBeOn, mustBeOneOf, mustBeSet, mustNotBeOn, show } from "../check";
import { always, fromStaging, inProd } from "../levels";
import { containersOf } from "../containerDefinitions";
import { hasDigest, movingTags, tagOf } from "../imageTag";
import { secretMask } from "../malformed";
import { resourceRule } from "../rule";

const tasks = ["aws:ecs/taskDefinition:TaskDefinition"] as const;
const services = ["aws:ecs/service:Service"] as const;
const clusters = ["aws:ecs/cluster:Cluster"] as const;

export const readOnlyRoot = resourceRule({
  id: "aws-ecs-read-only-root",
  title: "Containers on ECS can't write over their image",
  severity: "medium",
  description: "Who gets into a container can't leave a program of theirs in it, nor change the one there.",
  remedy: "Set readonlyRootFilesystem to true, and mount a volume where a program has to write.",
  controls: { soc2: ["CC6.8"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: tasks,
  check: ({ props }) =>
    containersOf(props.containerDefinitions).map(({ name, readonlyRootFilesystem }) =>
      mustBeOn(readonlyRootFilesystem, `${name}.readonlyRootFilesystem`),
    ),
});

export const privileges = resourceRule({
  id: "aws-ecs-no-privileges",
  title: "Containers on ECS have no rights of their machine's",
  severity: "high",
  description:
    "A privileged container is root of the machine, and each capability that Docker leaves to one is a part of that.",
  remedy: 'Leave privileged out, and drop "ALL" in linuxParameters.capabilities.',
  controls: { soc2: ["CC6.1", "CC6.3"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: tasks,
  check: ({ props }) =>
    containersOf(props.containerDefinitions).map(({ name, privileged, dropped, added }) => [
      mustNotBeOn(privileged, `${name}.privileged`),
      !dropped.includes("ALL") && `${name}.linuxParameters.capabilities.drop lacks ALL`,
      added.length > 0 && `${name}.linuxParameters.capabilities.add has ${added.join(", ")}`,
    ]),
});

export const hostNamespaces = resourceRule({
  id: "aws-ecs-no-host-namespaces",
  title: "Tasks share neither network nor processes with their machine",
  severity: "high",
  description:
    "In the machine's network a task is behind no security group of its own and reaches what listens there alone; among its processes it sees the secrets of every other task.",
  remedy: 'Set networkMode to "awsvpc", and leave pidMode and ipcMode out.',
  controls: { soc2: ["CC6.1", "CC6.6"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: tasks,
  check: ({ props }) =>
    (["networkMode", "pidMode", "ipcMode"] as const).map(
      (mode) => props[mode] === "host" && `${mode} is "host"`,
    ),
});

export const nonRoot = resourceRule({
  id: "aws-ecs-non-root",
  title: "Containers on ECS run as somebody else than root",
  severity: "medium",
  description:
    "A hole in a program that runs as root is a hole in all that its task has. What only prepares a task's volumes, and ends before the rest starts, may be root without capabilities.",
  remedy: "Set user to a number other than 0.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: tasks,
  check: ({ props }) =>
    containersOf(props.containerDefinitions)
      .filter(({ essential }) => essential)
      .map(
        ({ name, user }) =>
          !/^[1-9]\d*(:\d+)?$/.test(user) && `${name}.user is ${show(user)}, expected a number other than 0`,
      ),
});

export const logged = resourceRule({
  id: "aws-ecs-logs",
  title: "Containers on ECS have a log",
  severity: "medium",
  description: "What a container without a log driver wrote is gone with its task.",
  remedy: "Set logConfiguration, to a log group of ours.",
  controls: { soc2: ["CC7.2"] },
  levels: fromStaging,
  types: tasks,
  check: ({ props }) =>
    containersOf(props.containerDefinitions).map(({ name, logDriver }) =>
      mustBeOneOf(logDriver, ["awslogs", "awsfirelens"], `${name}.logConfiguration.logDriver`),
    ),
});

export const environmentSecrets = resourceRule({
  id: "aws-ecs-no-secrets-in-environment",
  title: "Environments of containers on ECS hold no secret",
  severity: "critical",
  description: "Whoever may look at a task definition reads its environment, and so does the state.",
  remedy: "Name the secret in secrets.valueFrom, or have the program read it by its role.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"], pciDss: ["8.6.2"] },
  levels: always,
  types: tasks,
  check: ({ props }) =>
    containersOf(props.containerDefinitions).flatMap(({ name, environment }) =>
      Object.entries(environment)
        .filter(
          ([variable, value]) => isSecretName(variable) || holdsCredential(value) || value === secretMask,
        )
        .map(([variable]) => `${name}.environment.${variable} holds a secret`),
    ),
});

export const pinned = resourceRule({
  id: "aws-ecs-image-pinned",
  title: "Images on ECS are pinned",
  severity: "medium",
  description:
    "What a tag that moves stands for is another program tomorrow, and a version that is sent back is not the one before.",
  remedy: "Name a tag that never moves, or a digest.",
  controls: { soc2: ["CC8.1"] },
  levels: always,
  settings: { moving: movingTags },
  types: tasks,
  check: ({ props }, { moving }) =>
    containersOf(props.containerDefinitions).map(({ name, image }) => {
      if (hasDigest(image)) return false;
      const tag = tagOf(image) ?? "latest";
      return moving.includes(tag) && `${name}.image has the tag ${tag}, which moves`;
    }),
});

export const roles = resourceRule({
  id: "aws-ecs-roles",
  title: "Tasks on ECS have roles of their own",
  severity: "high",
  description:
    "Without a task role a program on a machine of EC2 acts as the machine; without an execution role ECS pulls images as it.",
  remedy: "Set taskRoleArn and executionRoleArn.",
  controls: { soc2: ["CC6.3"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: tasks,
  check: ({ props }) => [mustBeSet(props, "taskRoleArn"), mustBeSet(props, "executionRoleArn")],
});

export const rolesApart = resourceRule({
  id: "aws-ecs-roles-apart",
  title: "Programs on ECS do not act as what starts them",
  severity: "high",
  description:
    "As what ECS starts a task, it pulls images, opens logs and reads secrets: a program that acts as the same may do so as well.",
  remedy: "Set taskRoleArn to another role than executionRoleArn.",
  controls: { soc2: ["CC6.3"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: tasks,
  check: ({ props: { taskRoleArn, executionRoleArn } }) =>
    taskRoleArn !== undefined &&
    taskRoleArn === executionRoleArn &&
    "taskRoleArn and executionRoleArn are the same role",
});

export const insights = resourceRule({
  id: "aws-ecs-container-insights",
  title: "ECS clusters measure their containers",
  severity: "low",
  description: "Without Container Insights nobody is told that tasks do not stay up.",
  remedy: 'Set settings to containerInsights with the value "enhanced" or "enabled".',
  controls: { soc2: ["A1.1", "CC7.2"] },
  levels: fromStaging,
  types: clusters,
  check: ({ props: { settings } }) =>
    mustBeOneOf(
      settings?.find(({ name }) => name === "containerInsights")?.value,
      ["enhanced", "enabled"],
      "containerInsights",
    ),
});

export const breaker = resourceRule({
  id: "aws-ecs-circuit-breaker",
  title: "ECS sends back a version that does not come up",
  severity: "medium",
  description: "Without it a deployment whose tasks crash goes on starting them until somebody looks.",
  remedy: "Set enable and rollback of deploymentCircuitBreaker to true.",
  controls: { soc2: ["A1.2", "CC8.1"] },
  levels: fromStaging,
  types: services,
  check: ({ props: { deploymentCircuitBreaker } }) => [
    mustBeOn(deploymentCircuitBreaker?.enable, "deploymentCircuitBreaker.enable"),
    mustBeOn(deploymentCircuitBreaker?.rollback, "deploymentCircuitBreaker.rollback"),
  ],
});

export const noPublicIp = resourceRule({
  id: "aws-ecs-no-public-ip",
  title: "Tasks on ECS have no public address",
  severity: "high",
  description: "A task with one is on the internet, by whatever port its group forgets.",
  remedy: "Leave networkConfiguration.assignPublicIp out, in private subnets.",
  controls: { soc2: ["CC6.6"], gdpr: ["32(1)(b)"], pciDss: ["1.4.1"] },
  levels: always,
  types: services,
  check: ({ props: { networkConfiguration } }) =>
    mustNotBeOn(networkConfiguration?.assignPublicIp, "networkConfiguration.assignPublicIp"),
});

export const noExec = resourceRule({
  id: "aws-ecs-no-execute-command",
  title: "Nobody gets into tasks on ECS",
  severity: "medium",
  description: "A shell in a task is all that the task may do, by a command of AWS's and past every review.",
  remedy: "Leave enableExecuteCommand out.",
  controls: { soc2: ["CC6.1", "CC8.1"], gdpr: ["32(1)(b)"] },
  levels: inProd,
  types: services,
  check: ({ props }) => mustNotBeOn(props.enableExecuteCommand, "enableExecuteCommand"),
});
