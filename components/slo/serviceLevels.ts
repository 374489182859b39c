import * as pulumi from "@pulumi/pulumi";
import { ruleGroups } from "../platform/alertRules";
import { afterAll } from "../platform/release";
import type { WorkloadSpec } from "../workload/spec";
import { planSlos, type SloPlace } from "./plan";
import { sloGroups } from "./rules";
import type { Slo } from "./slo";

/** Arguments of {@link ServiceLevels}. */
export interface ServiceLevelsArgs {
  /** A system's services, by their names. */
  readonly services: Readonly<Record<string, WorkloadSpec>>;
  readonly place: SloPlace;
  /** The system's namespace, as what its objects wait for. */
  readonly namespace: pulumi.Input<string>;
  /** Who is to act on alerts of the system. */
  readonly team: string;
}

/**
 * What is promised of each service of a system, as rules of Prometheus: one object a service. Needs the monitoring stack's
 * kinds; nothing waits for it.
 */
export class ServiceLevels extends pulumi.ComponentResource {
  /** All objectives, in the order of the services. */
  public readonly slos: readonly Slo[];

  constructor(name: string, args: ServiceLevelsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:slo:ServiceLevels", name, {}, opts);
    const { services, place, namespace, team } = args;
    const child: pulumi.CustomResourceOptions = { parent: this };

    const planned = Object.entries(services).map(
      ([service, spec]) => [service, planSlos(service, spec, place)] as const,
    );
    for (const [service, slos] of planned) {
      ruleGroups(
        `${name}-${service}`,
        {
          namespace,
          object: `slo-${service}`,
          groups: slos.flatMap(sloGroups).map((group) => ({ ...group, team })),
        },
        afterAll(child, opts, []),
      );
    }
    this.slos = planned.flatMap(([, slos]) => slos);
    this.registerOutputs({});
  }
}
