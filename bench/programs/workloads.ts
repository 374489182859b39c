import "../../preview/startup";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { Workload } from "../../components/workload/workload";
import { judge } from "../../preview/policy";
import { runProgram } from "../../preview/run";
import { withoutStackTraces } from "../../preview/traces";
import { report } from "../report";

/** A preview, policy pack included, of as many of our own workloads (eight resources each) as its argument says. */
async function main(count: number): Promise<void> {
  const started = performance.now();
  const { resources } = await withoutStackTraces(() =>
    runProgram(
      () => {
        const provider = new k8s.Provider("cluster", { kubeconfig: pulumi.secret("{}") });
        for (let index = 0; index < count; index++) {
          const service = `service-${index}`;
          new Workload(
            service,
            {
              service,
              system: "bench",
              namespace: "bench",
              host: "bench.example.com",
              spec: {
                image: { repository: "ghcr.io/example/service", tag: "1.0.0" },
                port: 3000,
                replicas: { min: 3, max: 12 },
                resources: { cpu: "500m", memory: "512Mi" },
                route: { path: `/${service}` },
                metrics: { port: 9464 },
              },
            },
            { providers: [provider] },
          );
        }
      },
      { project: "bench", stack: "bench", outputs: "known" },
    ),
  );
  const policy = judge(resources, { environment: "dev" });
  process.stdout.write(JSON.stringify({ resources, policy }));
  report({ workMs: performance.now() - started, resources: resources.length });
}

void main(Number(process.argv[2]));
