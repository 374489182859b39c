import assert from "node:assert/strict";
import { planContainers } from "../../../components/containers/plan";
import type { WorkloadSpec } from "../../../components/workload/spec";
import type { PlanResource } from "../../../preview/plan";
import { preparingCommand } from "../../../providers/aws/containerFiles";
import { healthCheck } from "../../../providers/aws/containerProbe";
import { deployed } from "../../../providers/aws/containerService";
import { fargateDiskGiB, fargateSize, neededSize } from "../../../providers/aws/containerSize";
import { find, findAll } from "../../support/run";
import { planOf } from "../../support/plans";

const spec: WorkloadSpec = {
  image: { repository: "acme/one", tag: "1.0.0" },
  port: 8080,
  replicas: { min: 2, max: 4 },
  resources: { cpu: "250m", memory: "256Mi" },
};

function planOne(change: Partial<WorkloadSpec> = {}): ReturnType<typeof planContainers>[number] {
  const [plan] = planContainers({ one: { ...spec, ...change } }, "example.com");
  assert.ok(plan !== undefined);
  return plan;
}

describe("the size of a task on Fargate", () => {
  for (const [cpu, memory, cpuUnits, memoryMiB] of [
    ["250m", "256Mi", 512, 1024],
    ["250m", "512Mi", 512, 1024],
    ["500m", "1Gi", 1024, 2048],
    ["1", "2Gi", 2048, 4096],
    ["250m", "6Gi", 1024, 7168],
    ["15", "100Gi", 16_384, 106_496],
  ] as const) {
    it(`is ${cpuUnits} units and ${memoryMiB} MiB for ${cpu} and ${memory} with the proxy's`, () => {
      const needed = neededSize(planOne({ resources: { cpu, memory } }));
      assert.deepEqual(fargateSize("one", needed), { cpuUnits, memoryMiB });
    });
  }

  it("is refused where Fargate has no such task", () => {
    assert.throws(
      () => fargateSize("one", { cpuUnits: 16_640, memoryMiB: 512 }),
      /one\.resources: expected at most 16 vCPUs and 120 GiB/,
    );
  });

  it("asks for disk only where what every task has does not do, and for no more than there is", () => {
    assert.equal(fargateDiskGiB("one", [{ sizeMiB: 10 * 1024 }]), undefined);
    assert.equal(fargateDiskGiB("one", [{ sizeMiB: 10 * 1024 + 1 }]), 21);
    assert.equal(fargateDiskGiB("one", [{ sizeMiB: 40 * 1024 }]), 50);
    assert.throws(() => fargateDiskGiB("one", [{ sizeMiB: 200 * 1024 }]), /expected 190 GiB/);
  });
});

describe("a container's health check on ECS", () => {
  it("is asked by the image's own interpreter", () => {
    const command = (runtime: WorkloadSpec["runtime"]): readonly string[] =>
      healthCheck(planOne(runtime === undefined ? {} : { runtime })).command;
    assert.deepEqual(command("node").slice(0, 3), ["CMD", "node", "-e"]);
    assert.deepEqual(command("python").slice(0, 3), ["CMD", "python3", "-c"]);
    assert.equal(command("go")[0], "CMD-SHELL");
    for (const runtime of ["node", "python", "go"] as const) {
      assert.match(command(runtime).join(" "), /http:\/\/127\.0\.0\.1:8080\/livez/);
    }
  });

  it("asks for a connection or by a command where the service says so", () => {
    const by = (liveness: { tcpPort: number } | { command: readonly string[] }): string =>
      healthCheck(planOne({ runtime: "python", probes: { liveness } })).command.join(" ");
    assert.match(by({ tcpPort: 9000 }), /create_connection\(\("127\.0\.0\.1", 9000\)/);
    assert.equal(by({ command: ["/alive"] }), "CMD /alive");
  });

  it("gives up nobody before the time that it may take to start", () => {
    for (const startupSeconds of [10, 120, 300, 301, 900]) {
      const check = healthCheck(planOne({ probes: { startupSeconds } }));
      assert.ok(check.startPeriod <= 300 && check.retries <= 10);
      assert.ok(check.startPeriod + check.interval * check.retries >= startupSeconds, `${startupSeconds}`);
      assert.ok(check.interval >= check.timeout);
    }
  });
});

describe("what runs before a service on ECS", () => {
  const files = [{ path: "/etc/a.pem", variable: "A" }];
  for (const [runtime, entry, says] of [
    ["node", "node", /chmodSync\("\/tmp", 0o1777\)[^]*writeFileSync\("\/etc\/a\.pem", process\.env\.A\)/],
    [
      "python",
      "python3",
      /chmod\("\/tmp", 0o1777\)[^]*open\("\/etc\/a\.pem", "w"\)\.write\(os\.environ\["A"\]\)/,
    ],
    ["go", "sh", /chmod 1777 "\/tmp"[^]*printf '%s' "\$A" > "\/etc\/a\.pem"/],
  ] as const) {
    it(`opens directories and writes files by ${entry}, of the image itself`, () => {
      const { entryPoint, command } = preparingCommand(runtime, ["/tmp"], files);
      assert.deepEqual(entryPoint, [entry]);
      assert.match(command.join(" "), says);
    });
  }
});

describe("a strategy on ECS", () => {
  const of = (strategy: WorkloadSpec["strategy"]): ReturnType<typeof deployed> =>
    deployed(planOne(strategy === undefined ? {} : { strategy }));

  it("is ECS' own, with a circuit breaker that sends back and never fewer tasks than wanted", () => {
    for (const kind of ["rolling", "blueGreen", "canary"] as const) {
      const made = of({ kind });
      assert.deepEqual(made.deploymentCircuitBreaker, { enable: true, rollback: true });
      assert.equal(made.deploymentMinimumHealthyPercent, 100);
    }
    assert.deepEqual(of({ kind: "rolling" }).deploymentConfiguration, { strategy: "ROLLING" });
    assert.deepEqual(of({ kind: "blueGreen", judgedMinutes: 12 }).deploymentConfiguration, {
      strategy: "BLUE_GREEN",
      bakeTimeInMinutes: "12",
    });
  });

  it("gives a canary the first step's part, for as long as all steps take", () => {
    const made = of({
      kind: "canary",
      steps: [
        { percent: 5, minutes: 3 },
        { percent: 50, minutes: 10 },
      ],
    });
    assert.deepEqual(made.deploymentConfiguration, {
      strategy: "CANARY",
      bakeTimeInMinutes: "5",
      canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: "13" },
    });
  });
});

/** An input that is a text. */
function textAt({ urn, inputs }: PlanResource, key: string): string {
  const value = inputs[key];
  if (typeof value !== "string") throw new Error(`${urn}: expected a text in ${key}`);
  return value;
}

interface Definition {
  readonly name: string;
  readonly user: string;
  readonly essential: boolean;
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly dependsOn?: readonly { readonly containerName: string; readonly condition: string }[];
  readonly resourceRequirements?: readonly { readonly type: string; readonly value: string }[];
  readonly mountPoints: readonly { readonly containerPath: string }[];
  readonly stopTimeout?: number;
}

describe("explico on ECS", () => {
  let resources: readonly PlanResource[];
  const named = (type: string, name: string): PlanResource =>
    find(resources, type, `explico-prod-system${name === "" ? "" : `-${name}`}`);
  const task = (service: string): PlanResource => named("aws:ecs/taskDefinition:TaskDefinition", service);
  // the text that ECS is sent
  const definitions = (service: string): readonly Definition[] =>
    JSON.parse(textAt(task(service), "containerDefinitions")) as readonly Definition[];

  before(async () => {
    resources = await planOf("prod", "cloud=aws", "blueprint=explico", "orchestrator=containers");
  });

  it("runs what asks for GPUs on machines that ECS manages, and all else on Fargate", () => {
    assert.deepEqual(task("ai-inference").inputs["requiresCompatibilities"], ["MANAGED_INSTANCES"]);
    for (const service of ["frontend", "backend"]) {
      assert.deepEqual(task(service).inputs["requiresCompatibilities"], ["FARGATE"]);
    }
    const [, inference] = definitions("ai-inference");
    assert.deepEqual(inference?.resourceRequirements, [{ type: "GPU", value: "1" }]);
    const provider = named("aws:ecs/capacityProvider:CapacityProvider", "gpus");
    const text = JSON.stringify(provider.inputs);
    assert.match(text, /"allowedInstanceTypes":\["g6\.xlarge"\]/);
    assert.match(text, /"acceleratorNames":\["l4"\]/);
    // two tasks with 40 GiB of a model each, /dev/shm, /tmp and an image
    assert.match(text, /"storageSizeGib":104/);
    assert.match(text, /"capacityOptionType":"ON_DEMAND"/);
  });

  it("prepares each service's volumes by a container that ends first, and runs it as somebody else", () => {
    for (const service of ["frontend", "backend", "ai-inference"]) {
      const [first, second] = definitions(service);
      assert.equal(first?.essential, false);
      assert.equal(second?.user, "10001:10001");
      assert.deepEqual(second.dependsOn, [{ containerName: `${service}-files`, condition: "SUCCESS" }]);
      assert.ok(second.mountPoints.some(({ containerPath }) => containerPath === "/tmp"));
    }
    assert.equal(definitions("ai-inference")[1]?.stopTimeout, 120);
  });

  it("tells a service where its stores and those are whom it calls, and of no password", () => {
    const variables = Object.fromEntries(
      (definitions("backend")[1]?.environment ?? []).map(({ name, value }) => [name, value]),
    );
    assert.equal(variables["AI_INFERENCE_URL"], "http://ai-inference");
    assert.equal(variables["PGUSER"], "backend");
    assert.equal(variables["PGSSLROOTCERT"], "/etc/groundwork/authorities/postgres.pem");
    assert.match(variables["PGHOST"] ?? "", /rds\.amazonaws\.com$/);
    assert.ok(!Object.keys(variables).some((name) => /password|secret|token/i.test(name)));
    const [first] = definitions("backend");
    assert.match(first?.environment[0]?.value ?? "", /BEGIN CERTIFICATE/);
  });

  it("has CloudFront alone come in, by a header of which either half is enough", () => {
    const rules = findAll(resources, "aws:lb/listenerRule:ListenerRule");
    assert.equal(rules.length, 2);
    for (const { inputs } of rules) {
      assert.match(JSON.stringify(inputs), /"httpHeaderName":"X-Origin-Proof"/);
    }
    const distribution = JSON.stringify(find(resources, "aws:cloudfront/distribution:Distribution").inputs);
    assert.match(distribution, /"name":"X-Origin-Proof"/);
    const listener = named("aws:lb/listener:Listener", "front-https");
    assert.match(JSON.stringify(listener.inputs["defaultActions"]), /"statusCode":"403"/);
    assert.equal(findAll(resources, "aws:lb/listener:Listener").length, 1);
    const door = find(
      resources,
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      "explico-prod-system-front-https",
    );
    assert.ok("prefixListId" in door.inputs && !("cidrIpv4" in door.inputs));
  });

  it("asks for the API's path before the site's", () => {
    const priority = (service: string): number =>
      Number(
        find(resources, "aws:lb/listenerRule:ListenerRule", `explico-prod-system-front-${service}-rule`)
          .inputs["priority"],
      );
    assert.ok(priority("backend") < priority("frontend"));
  });

  it("carries out each service's strategy, and has ECS send back a version whose requests fail", () => {
    const service = (name: string): string => JSON.stringify(named("aws:ecs/service:Service", name).inputs);
    assert.match(service("frontend"), /"strategy":"BLUE_GREEN"/);
    assert.match(service("backend"), /"strategy":"CANARY"/);
    assert.match(service("backend"), /"canaryPercent":10/);
    assert.match(service("backend"), /"canaryBakeTimeInMinutes":"7"/);
    assert.match(service("ai-inference"), /"strategy":"ROLLING"/);
    for (const name of ["frontend", "backend"]) {
      assert.match(
        service(name),
        /"alarms":\{"alarmNames":\[("[^"]+",?){4}\],"enable":true,"rollback":true\}/,
      );
    }
    assert.doesNotMatch(service("ai-inference"), /"alarms"/);
  });

  it("lets a service speak to those that it calls, to its stores and to AWS's APIs, and to nobody else", () => {
    const of = (type: string, service: string): readonly PlanResource[] =>
      findAll(resources, type).filter(({ name }) => name.startsWith(`explico-prod-system-${service}-tasks-`));
    const egress = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
    const out = of(egress, "frontend").map(({ name }) =>
      name.replace("explico-prod-system-frontend-tasks-", ""),
    );
    assert.deepEqual([...out].sort(), ["backend-out", "front-out", "to-apis-10-0-0-0-17", "to-s3"].sort());
    const stores = of(egress, "backend").map(({ inputs }) => inputs["fromPort"]);
    assert.ok(stores.includes(5432) && stores.includes(6379) && stores.includes(8000));
    for (const { inputs } of [...of(egress, "frontend"), ...of(egress, "backend")]) {
      assert.notEqual(inputs["cidrIpv4"], "0.0.0.0/0");
    }
    const ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
    assert.ok(of(ingress, "frontend").some(({ name }) => name.endsWith("frontend-tasks-backend-in")));
  });

  it("scales between the bounds of the blueprint, by the CPU that it names", () => {
    const target = named("aws:appautoscaling/target:Target", "backend-scaling");
    assert.deepEqual([target.inputs["minCapacity"], target.inputs["maxCapacity"]], [3, 30]);
    const policy = named("aws:appautoscaling/policy:Policy", "backend-scaling-cpu");
    assert.match(JSON.stringify(policy.inputs), /"targetValue":70/);
  });

  it("starts tasks as one role and runs them as another, each for this account's tasks alone", () => {
    for (const service of ["frontend", "backend", "ai-inference"]) {
      for (const purpose of ["task", "execution"]) {
        const role = named("aws:iam/role:Role", `${service}-${purpose}`);
        const trust = textAt(role, "assumeRolePolicy");
        assert.match(trust, /ecs-tasks\.amazonaws\.com/);
        assert.match(trust, /"aws:SourceAccount":"333333333333"/);
      }
      const policies = findAll(resources, "aws:iam/rolePolicy:RolePolicy").filter(({ name }) =>
        name.startsWith(`explico-prod-system-${service}-execution-`),
      );
      assert.deepEqual(policies.map(({ name }) => name.split("-execution-")[1]).sort(), ["logs", "pull"]);
    }
  });

  it("runs on spot capacity in dev, but for what users wait for", async () => {
    const dev = await planOf("dev", "cloud=aws", "blueprint=explico", "orchestrator=containers");
    const capacity = (service: string): string =>
      JSON.stringify(
        find(dev, "aws:ecs/service:Service", `explico-dev-system-${service}`).inputs[
          "capacityProviderStrategies"
        ],
      );
    assert.match(capacity("frontend"), /"FARGATE"/);
    const gpus = find(dev, "aws:ecs/capacityProvider:CapacityProvider", "explico-dev-system-gpus");
    assert.match(JSON.stringify(gpus.inputs), /"capacityOptionType":"SPOT"/);
  });

  it("takes other capacity of services that stand, which the provider refuses without a new deployment", async () => {
    const dev = await planOf("dev", "cloud=aws", "blueprint=explico", "orchestrator=containers");
    for (const plan of [resources, dev]) {
      const made = findAll(plan, "aws:ecs/service:Service");
      assert.ok(made.length > 1);
      for (const { name, inputs } of made) {
        assert.equal(inputs["forceNewDeployment"], true, name);
        // what differs at each update would make all tasks anew each time
        assert.equal(inputs["triggers"], undefined, name);
      }
    }
  });

  it("takes requests of everybody where no CDN stands before it, and sends those in plain text on to TLS", async () => {
    const dev = await planOf("dev", "cloud=aws", "blueprint=explico", "orchestrator=containers");
    assert.deepEqual(findAll(dev, "aws:cloudfront/distribution:Distribution"), []);
    const listeners = findAll(dev, "aws:lb/listener:Listener").map(({ inputs }) => inputs["protocol"]);
    assert.deepEqual([...listeners].sort(), ["HTTP", "HTTPS"]);
    for (const { inputs } of findAll(dev, "aws:lb/listenerRule:ListenerRule")) {
      assert.doesNotMatch(JSON.stringify(inputs), /httpHeader/);
    }
  });
});
