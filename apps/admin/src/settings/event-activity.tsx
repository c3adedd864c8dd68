import type { DeliveryStats } from '@belfry/contract';
import { Box, Skeleton } from '@mantine/core';
import type { EventType } from '@belfry/domain';
import { barsOf, hourMs, outcomes, successRate, sum, totalOf } from '../deliveries/outcomes.js';
import { Link } from '../shell/link.js';
import { texts } from '../texts.js';

const height = 24;
const barWidth = 4;
const gap = 1;
const hours = 24;

/** An event type's deliveries of the last 24 hours, at a glance. */
export function EventActivity({ type, stats }: { type: EventType; stats: DeliveryStats | undefined }) {
  const { activity } = texts.settings;
  if (stats === undefined) {
    return (
      <div className="event-activity">
        <Skeleton height={20} width={150} />
      </div>
    );
  }
  const own = stats.hours.filter(({ event_type }) => event_type === type.key);
  const counts = totalOf(own);
  const total = sum(counts);
  if (total === 0) {
    return (
      <div className="event-activity">
        <span className="quiet">{activity.none}</span>
      </div>
    );
  }
  const rate = successRate(counts);
  const wrong = (['failed', 'interrupted'] as const).filter((status) => counts[status] > 0);
  return (
    <div className="event-activity">
      <Sparkline stats={stats} own={own} />
      {rate === null ? null : (
        <Box
          component="span"
          data-outcome={wrong.length > 0 ? 'failed' : 'succeeded'}
          c="var(--ink)"
          fz={13}
          fw={600}
          lh="24px"
        >
          <span aria-hidden="true">{activity.rate(rate)}</span>
          <span className="visually-hidden">{activity.rateSpoken(rate)}</span>
        </Box>
      )}
      <span className="event-count">
        <span>{activity.count(total)}</span>
        {wrong.map((status) => (
          <Link
            key={status}
            data-outcome={status}
            href={`/deliveries?status=${status}&event_type=${type.key}`}
            aria-label={activity.wrongLink[status](counts[status], type.name)}
          >
            {activity.wrong[status](counts[status])} <span aria-hidden="true">›</span>
          </Link>
        ))}
      </span>
    </div>
  );
}

function Sparkline({ stats, own }: { stats: DeliveryStats; own: DeliveryStats['hours'] }) {
  const bars = barsOf(own, hourly(new Date(stats.from)));
  const most = Math.max(...bars.map((bar) => bar.total));
  return (
    <svg className="sparkline" width={hours * (barWidth + gap)} height={height} aria-hidden="true">
      {bars.map((bar, index) => {
        let top = height;
        return outcomes.map((outcome) => {
          // Even a single delivery must be visible.
          const size = bar.counts[outcome] === 0 ? 0 : Math.max((bar.counts[outcome] / most) * height, 2);
          top -= size;
          return size === 0 ? null : (
            <rect
              key={outcome}
              data-outcome={outcome}
              x={index * (barWidth + gap)}
              y={top}
              width={barWidth}
              height={size}
            />
          );
        });
      })}
      <rect x={0} y={height - 1} width="100%" height={1} />
    </svg>
  );
}

/** The boundaries of a bar for each hour. */
function hourly(from: Date): readonly Date[] {
  return Array.from({ length: hours + 1 }, (_, index) => new Date(from.getTime() + index * hourMs));
}
