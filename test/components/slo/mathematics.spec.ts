import { budgetOf } from "../../../components/slo/slo";
import { burns, type Window } from "../../../components/slo/rules";
import { availabilityOf, play, promtool, requests, type Scene } from "./scene";

/** Requests in a minute, so many that a millionth of them is one. */
const perMinute = 1_000_000;

/** Values of a counter that grows by so much in each interval, interval by interval. */
function counter(...phases: readonly (readonly [each: number, intervals: number])[]): string {
  const parts: string[] = ["0"];
  let value = 0;
  for (const [each, intervals] of phases) {
    parts.push(`${value + each}+${each}x${intervals - 1}`);
    value += each * intervals;
  }
  return parts.join(" ");
}

/** Requests of which a part fails, phase by phase: for so many intervals, failures among so many requests in each. */
function traffic(
  each: number,
  ...phases: readonly (readonly [failures: number, intervals: number])[]
): Scene["series"] {
  return {
    [requests(200)]: counter(...phases.map(([failures, intervals]) => [each - failures, intervals] as const)),
    [requests(500)]: counter(...phases),
  };
}

/** A time since the first value, seconds, as Prometheus writes it. */
const at = (seconds: number) => `${Math.round(seconds)}s`;

/** How long each alert's long window is, hours, and how often its scene has a value, seconds: four minutes do for days. */
const scales: Readonly<Record<Window, { readonly hours: number; readonly step: number }>> = {
  ...{ "5m": { hours: 1 / 12, step: 30 }, "30m": { hours: 0.5, step: 30 }, "2h": { hours: 2, step: 60 } },
  ...{ "1h": { hours: 1, step: 30 }, "6h": { hours: 6, step: 60 } },
  ...{ "1d": { hours: 24, step: 240 }, "3d": { hours: 72, step: 240 } },
};

describe("the mathematics of an objective", function () {
  this.timeout(120_000);

  before(function () {
    if (promtool === undefined) this.skip();
  });

  for (const objectivePercent of [99, 99.9, 99.95]) {
    const slo = availabilityOf(objectivePercent);
    const budget = budgetOf(slo);

    describe(`of ${objectivePercent} %`, () => {
      it("has each alert fire above its part of errors, and not below, to a millionth", () => {
        play(
          slo,
          burns.flatMap(({ factor, alert }): Scene[] => {
            const threshold = Math.round(factor * budget * perMinute);
            const fires = ([what, more]: readonly [string, number]): Scene => ({
              title: `${alert}: a millionth ${what}`,
              interval: "1m",
              series: traffic(perMinute, [threshold + more, 20]),
              alerts: {
                "20m": Object.fromEntries(
                  burns.map((other) => [
                    other.alert,
                    more > 0 ? other.factor <= factor : other.factor < factor,
                  ]),
                ),
              },
            });
            return [fires(["more", 1]), fires(["less", -1])];
          }),
        );
      });

      it("pages of an outage once 2 % of a month's budget are gone, and is silent five minutes after it", () => {
        const begin = 2 * 3600;
        const end = begin + 20 * 60;
        // everything fails: when that part of an hour is over of which so many failures are
        const paged = begin + (Math.floor((14.4 * budget * 3600) / 30) + 1) * 30;
        play(slo, [
          {
            title: "an outage of 20 minutes",
            interval: "30s",
            series: traffic(1000, [0, 240], [1000, 40], [0, 40]),
            alerts: {
              [at(begin)]: { "slo-burning-1h": false },
              [at(paged - 30)]: { "slo-burning-1h": false },
              [at(paged)]: { "slo-burning-1h": true },
              [at(end)]: { "slo-burning-1h": true },
              // the hour is as bad as before, and the last five minutes are not
              [at(end + 330)]: { "slo-burning-1h": false },
            },
            values: {
              [at(end + 330)]: {
                'namespace_service_slo:failures_per_event:ratio_rate5m{service="api"}': 0,
                'namespace_service_slo:failures_per_event:ratio_rate1h{service="api"} > bool 0.3': 1,
              },
            },
          },
        ]);
      });

      for (const { alert, factor, long } of burns) {
        it(`has ${alert} fire within ${long} of a burn that is a tenth faster, and nothing that is for faster ones`, () => {
          const { hours, step } = scales[long];
          const each = (perMinute * step) / 60;
          const intervals = (hours * 3600) / step;
          const begin = hours * 3600;
          const reached = begin + begin / 1.1;
          // rates of five minutes know a change by the half of it, five minutes later
          const smooth = 300 + 2 * step;
          const faster = Object.fromEntries(
            burns.filter((other) => other.factor > factor).map((other) => [other.alert, false]),
          );
          play(slo, [
            {
              title: alert,
              interval: at(step),
              series: traffic(each, [0, intervals], [1.1 * factor * budget * each, intervals]),
              alerts: {
                [at(begin)]: { [alert]: false, ...faster },
                [at(reached - smooth)]: { [alert]: false, ...faster },
                [at(reached + smooth)]: { [alert]: true, ...faster },
                [at(2 * begin)]: { [alert]: true, ...faster },
              },
            },
          ]);
        });
      }
    });
  }
});
