import type { AlertingArgs } from "./alerting";
import {
  deadMansSwitch,
  deadMansSwitchReceiver,
  nobody,
  type Receiver,
  receiversOf,
  type Ways,
} from "./alertReceivers";
import { criticalGroupWaitSeconds } from "./pageDelay";

/** A branch of Alertmanager's tree: the first that matches has the alert, and goes on where it says so. */
interface Route {
  readonly matchers: readonly string[];
  readonly receiver: string;
  readonly routes?: readonly Route[];
  readonly [setting: string]: unknown;
}

/** Alertmanager's configuration: receivers read their keys from files, so that none stands in it. */
export function alertmanagerConfig(alerting: AlertingArgs): Record<string, unknown> {
  const { teams = {}, deadMansSwitchUrl } = alerting;
  const platform = receiversOf("", alerting, alerting);
  const others = Object.entries(teams).map(([team, its]) => {
    const { ways, receivers } = receiversOf(`${team}-`, its, alerting);
    return { team, namespaces: its.namespaces ?? [], receivers, ways: { ...platform.ways, ...ways } };
  });
  const watched = deadMansSwitchUrl === undefined ? [] : [deadMansSwitchReceiver()];
  return {
    route: {
      receiver: chatOf(platform.ways),
      group_by: ["cluster", "namespace", "alertname"],
      group_wait: "30s",
      group_interval: "5m",
      repeat_interval: "12h",
      routes: [
        {
          matchers: ['alertname = "Watchdog"'],
          receiver: watched.length > 0 ? deadMansSwitch : nobody,
          group_wait: "0s",
          group_interval: "1m",
          // less: a call is noted a moment after its turn, and is not a whole interval old at the next one
          repeat_interval: "50s",
        },
        { matchers: ['alertname = "InfoInhibitor"'], receiver: nobody },
        ...others
          .filter(({ receivers }) => receivers.length > 0)
          .flatMap(({ team, namespaces, ways }) => teamRoutes(team, namespaces, ways)),
        ...bySeverity(platform.ways),
      ],
    },
    inhibit_rules: inhibitions,
    receivers: [
      { name: nobody },
      ...platform.receivers,
      ...others.flatMap(({ receivers }): readonly Receiver[] => receivers),
      ...watched,
    ],
  };
}

/** Those of a team's alerts that name it, and those of its namespaces that name nobody. */
function teamRoutes(team: string, namespaces: readonly string[], ways: Ways): Route[] {
  const route = (...matchers: readonly string[]): Route => ({
    matchers,
    receiver: chatOf(ways),
    routes: bySeverity(ways),
  });
  return [
    route(`team = "${team}"`),
    ...(namespaces.length > 0 ? [route('team = ""', `namespace =~ "${namespaces.join("|")}"`)] : []),
  ];
}

/** Where what is for people goes: into the channel, or by mail where there is none. */
function chatOf({ chat, mail }: Ways): string {
  return chat ?? mail ?? nobody;
}

/**
 * What is critical is told at once. A group holds what is one thing to whoever is woken, so that another service's alert is
 * no late addition to it, which would wait for `group_interval`.
 */
const atOnce = {
  group_by: ["cluster", "namespace", "alertname", "service", "slo"],
  group_wait: `${criticalGroupWaitSeconds}s`,
  group_interval: "1m",
} as const;

/**
 * Speeds of one burn are one incident, which the slower one keeps open: its window ends after that of the faster one, and it
 * would page anew when what kept it back is over.
 */
const burning = {
  matchers: ['alertname =~ "slo-burning-.+"'],
  group_by: ["cluster", "namespace", "service", "slo"],
} as const;

function bySeverity(ways: Ways): Route[] {
  const { page, mail } = ways;
  const critical = (receiver: string) => ({
    matchers: ['severity = "critical"'],
    ...atOnce,
    receiver,
    routes: [{ ...burning, receiver }],
  });
  return [
    // A page is also written into the channel, where those who answer it talk.
    ...(page === undefined ? [] : [{ ...critical(page), repeat_interval: "1h", continue: true }]),
    critical(chatOf(ways)),
    { matchers: ['severity = "warning"'], receiver: chatOf(ways) },
    {
      matchers: ['severity = "info"'],
      receiver: mail ?? nobody,
      // what comes together is one mail, and one a day says that it goes on
      group_wait: "5m",
      group_interval: "1h",
      repeat_interval: "24h",
    },
    { matchers: ['severity = "none"'], receiver: nobody },
  ];
}

/** What is not told while something else says the same, or why. */
const inhibitions = [
  {
    source_matchers: ['severity = "critical"'],
    target_matchers: ['severity =~ "warning|info"'],
    equal: ["cluster", "namespace", "alertname", "service", "slo"],
  },
  {
    source_matchers: ['severity = "warning"'],
    target_matchers: ['severity = "info"'],
    equal: ["cluster", "namespace", "alertname", "service", "slo"],
  },
  // A budget that goes fast goes slowly as well.
  {
    source_matchers: ['alertname = "slo-burning-1h"'],
    target_matchers: ['alertname =~ "slo-burning-(6h|1d|3d)"'],
    equal: ["cluster", "namespace", "service", "slo"],
  },
  {
    source_matchers: ['alertname = "slo-burning-6h"'],
    target_matchers: ['alertname =~ "slo-burning-(1d|3d)"'],
    equal: ["cluster", "namespace", "service", "slo"],
  },
  // Requests that fail are what its objective is of; those that are late are no reason not to tell of them.
  {
    source_matchers: ['alertname = "slo-burning-1h"', 'slo = "availability"'],
    target_matchers: ['alertname = "workload-errors"'],
    equal: ["cluster", "namespace", "service"],
  },
  // As the mixin means it, of its own alerts: they matter only beside others of their namespace. Ours name a team, and are
  // for information on purpose. https://runbooks.prometheus-operator.dev/runbooks/general/infoinhibitor/
  {
    source_matchers: ['alertname = "InfoInhibitor"'],
    target_matchers: ['severity = "info"', 'team = ""'],
    equal: ["cluster", "namespace"],
  },
  // A node that is gone takes its pods along.
  {
    source_matchers: [
      'alertname =~ "KubeNodeNotReady|KubeNodeUnreachable|KubeletInstanceUnreachable"',
      'node != ""',
    ],
    target_matchers: ['alertname !~ "KubeNodeNotReady|KubeNodeUnreachable|KubeletInstanceUnreachable"'],
    equal: ["cluster", "node"],
  },
  // With the API server or all kubelets away nobody knows how pods are.
  {
    source_matchers: ['alertname =~ "KubeAPIDown|KubeletDown"'],
    target_matchers: [
      'alertname =~ "Kube(Pod|Container|Deployment|StatefulSet|DaemonSet|Job|Hpa|Pdb).+|KubeNode.+|TargetDown"',
    ],
    equal: ["cluster"],
  },
] as const;
