/** The goals of the pipeline, each computed from the medians of this run; what was not measured says so. */

/** Per-row medians by name, as `medians[row].figure`; answers `{goal, value, reached}`, `reached` null where not measured. */
export function judge(medians) {
  const ratio = (one, other) => (one === undefined || other === undefined ? undefined : one / other);
  const rate = (row) => medians[row]?.deliveriesPerSecond;
  const slower = (row) => {
    const share = ratio(medians[row]?.rateMany, medians[row]?.rateFew);
    return share === undefined ? undefined : (1 - share) * 100;
  };
  const goals = [
    ['embedded ≥ 5 times BullMQ', ratio(rate('embedded'), rate('bullmq')), atLeast(5), times],
    ['PostgreSQL ≥ 5 times BullMQ', ratio(rate('postgres'), rate('bullmq')), atLeast(5), times],
    [
      'embedded ≥ 5 times BullMQ, keeping the same',
      ratio(rate('embedded'), rate('bullmq-everything')),
      atLeast(5),
      times,
    ],
    [
      'PostgreSQL ≥ 5 times BullMQ, keeping the same',
      ratio(rate('postgres'), rate('bullmq-everything')),
      atLeast(5),
      times,
    ],
    ['embedded ≥ 15 % of raw node:http', ratio(rate('embedded'), rate('raw-http')), atLeast(0.15), share],
    ['PostgreSQL ≥ 20 % of raw node:http', ratio(rate('postgres'), rate('raw-http')), atLeast(0.2), share],
    ...['embedded', 'postgres'].flatMap((row) => [
      [
        `${row}: ≤ 0.3 CPU s per 1,000`,
        medians[row]?.cpuSecondsPerThousand ?? undefined,
        atMost(0.3),
        seconds,
      ],
      [`${row}: p99 ≤ 25 ms at 50/s`, medians[row]?.at50?.p99, atMost(25), milliseconds],
      [
        `${row}: ≤ 1.3 times slower beside a hanging endpoint (rate)`,
        ratio(medians[row]?.beside?.rateAlone, medians[row]?.beside?.rateBeside),
        atMost(1.3),
        times,
      ],
      [
        `${row}: ≤ 1.3 times slower beside a hanging endpoint (p50 at 50/s)`,
        ratio(medians[row]?.beside?.beside.p50, medians[row]?.beside?.alone.p50),
        atMost(1.3),
        times,
      ],
    ]),
    ['PostgreSQL: ≤ 10 % slower with many old rows', slower('history'), atMost(10), perCent],
    ['embedded: ≤ 10 % slower with many old rows', slower('history-embedded'), atMost(10), perCent],
    [
      'memory flat over many events (late ≤ 1.1 times early)',
      ratio(medians.long?.memoryLateMiB, medians.long?.memoryEarlyMiB),
      atMost(1.1),
      times,
    ],
  ];
  return goals.map(([goal, value, isReached, written]) => ({
    goal,
    value: value === undefined ? null : written(value),
    reached: value === undefined ? null : isReached(value),
  }));
}

const atLeast = (least) => (value) => value >= least;
const atMost = (most) => (value) => value <= most;

const times = (value) => `${value.toFixed(2)} times`;
const share = (value) => `${(value * 100).toFixed(1)} %`;
const perCent = (value) => `${value.toFixed(1)} %`;
const seconds = (value) => `${value.toFixed(3)} s`;
const milliseconds = (value) => `${value.toFixed(1)} ms`;
