import type { WorkloadPlan } from "../../components/workload/plan";
import type { ProbeSpec, Runtime } from "../../components/workload/spec";

/** Health check of a container, as a task definition has it. */
export interface ContainerHealthCheck {
  readonly command: readonly string[];
  readonly interval: number;
  readonly timeout: number;
  readonly retries: number;
  readonly startPeriod: number;
}

/** Longest time that failures do not count after a start, seconds, and most failures in a row that are let pass (ECS). */
const limits = { startSeconds: 300, retries: 10 } as const;

/** As a pod's liveness is asked for: each ten seconds, and six failures in a row are too many. */
const usual = { intervalSeconds: 10, timeoutSeconds: 5, retries: 6 } as const;

/**
 * How ECS asks a container whether it is alive: by a command within it, of the image's own interpreter. What starts for
 * longer than ECS waits is asked the less often, so that it is not given up before.
 */
export function healthCheck({
  probes,
  port,
  runtime,
}: Pick<WorkloadPlan, "probes" | "port" | "runtime">): ContainerHealthCheck {
  const { startupSeconds } = probes;
  const beyond = Math.max(0, startupSeconds - limits.startSeconds);
  return {
    command: probeCommand(probes.liveness, port, runtime),
    interval: Math.max(usual.intervalSeconds, Math.ceil(beyond / limits.retries)),
    timeout: usual.timeoutSeconds,
    retries: beyond === 0 ? usual.retries : limits.retries,
    startPeriod: Math.min(startupSeconds, limits.startSeconds),
  };
}

function probeCommand(
  probe: ProbeSpec,
  port: number | undefined,
  runtime: Runtime | undefined,
): readonly string[] {
  if ("command" in probe) return ["CMD", ...probe.command];
  if ("tcpPort" in probe) return byConnection(probe.tcpPort, runtime);
  return byRequest(`http://127.0.0.1:${probe.port ?? port}${probe.path}`, runtime);
}

function byRequest(url: string, runtime: Runtime | undefined): readonly string[] {
  switch (runtime) {
    case "node":
      return [
        "CMD",
        "node",
        "-e",
        `fetch("${url}").then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))`,
      ];
    case "python":
      return ["CMD", "python3", "-c", `import urllib.request as u; u.urlopen("${url}", timeout=4)`];
    case "go":
    case undefined:
      return ["CMD-SHELL", `wget -q -T 4 -O /dev/null ${url} || exit 1`];
  }
}

function byConnection(port: number, runtime: Runtime | undefined): readonly string[] {
  switch (runtime) {
    case "node":
      return [
        "CMD",
        "node",
        "-e",
        `require("net").connect(${port}, "127.0.0.1").on("connect", () => process.exit(0)).on("error", () => process.exit(1))`,
      ];
    case "python":
      return ["CMD", "python3", "-c", `import socket; socket.create_connection(("127.0.0.1", ${port}), 4)`];
    case "go":
    case undefined:
      return ["CMD-SHELL", `nc -z -w 4 127.0.0.1 ${port} || exit 1`];
  }
}
