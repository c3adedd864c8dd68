import type { DeliveryStats } from '@belfry/contract';
import { Box, Group, Tooltip } from '@mantine/core';
import { useRef, useState, type KeyboardEvent } from 'react';
import { numberText, texts } from '../texts.js';
import { barsOfWindow, countsMatching } from './chart-bars.js';
import type { Filters } from './filters.js';
import { outcomes, sum, totalOf, type Bar } from './outcomes.js';
import { periodText, tickText } from './period-text.js';

/** Deliveries over time, by outcome. A bar is a button that filters by its time; arrow keys move from bar to bar. */
export function DeliveryChart({
  filters,
  stats,
  onChoose,
}: {
  filters: Filters;
  stats: DeliveryStats;
  onChoose: (period: Filters['period']) => void;
}) {
  const { deliveries: words } = texts;
  const row = useRef<HTMLDivElement>(null);
  const counted = countsMatching(stats, filters);
  const bars = barsOfWindow(counted, stats, filters.window);
  const number = bars.length;
  const [reached, setReached] = useState(number - 1);
  const current = Math.min(reached, number - 1);
  const most = Math.max(...bars.map((bar) => bar.total), 1);
  const totals = totalOf(counted);

  const move = (event: KeyboardEvent) => {
    const steps: Record<string, number> = {
      ArrowLeft: current - 1,
      ArrowRight: current + 1,
      Home: 0,
      End: number - 1,
    };
    const next = steps[event.key];
    if (next === undefined || next < 0 || next >= number) return;
    event.preventDefault();
    setReached(next);
    row.current?.querySelectorAll('button')[next]?.focus();
  };
  return (
    <>
      <Group justify="space-between" gap="4px 16px" mb={10} fz={13}>
        <Group component="ul" className="legend" gap="4px 18px" c="dimmed">
          {outcomes
            .filter((outcome) => outcome === 'succeeded' || outcome === 'failed' || totals[outcome] > 0)
            .map((outcome) => (
              <Group component="li" key={outcome} gap={6}>
                <span className="legend-sign" data-outcome={outcome} aria-hidden="true" />
                {texts.outcomes[outcome]}{' '}
                <Box component="strong" c="var(--text)">
                  {numberText(totals[outcome])}
                </Box>
              </Group>
            ))}
        </Group>
        <span className="quiet">{texts.settings.activity.count(sum(totals))}</span>
      </Group>
      <div
        className="chart"
        ref={row}
        role="group"
        aria-label={`${words.chart}. ${words.chartHint}`}
        onKeyDown={move}
      >
        <Box
          component="span"

          pos="absolute"
          top={2}
          left={0}
          fz={12}
          c="dimmed"
          aria-hidden="true"
        >
          {numberText(most)}
        </Box>
        {bars.map((bar, index) => (
          <ChartBar
            key={bar.from.getTime()}
            bar={bar}
            most={most}
            isReached={index === current}
            isChosen={filters.period?.from.getTime() === bar.from.getTime()}
            isFaded={filters.period !== null && filters.period.from.getTime() !== bar.from.getTime()}
            onFocus={() => setReached(index)}
            onChoose={(isChosen) => onChoose(isChosen ? { from: bar.from, to: bar.to } : null)}
          />
        ))}
      </div>
      <Group justify="space-between" mt={4} pl={32} fz={12} c="dimmed" aria-hidden="true">
        {[0, Math.floor(number / 2), number - 1].map((index) => (
          <span key={index}>{tickText(bars[index]!)}</span>
        ))}
      </Group>
    </>
  );
}

function ChartBar({
  bar,
  most,
  isReached,
  isChosen,
  isFaded,
  onFocus,
  onChoose,
}: {
  bar: Bar;
  most: number;
  isReached: boolean;
  isChosen: boolean;
  isFaded: boolean;
  onFocus: () => void;
  onChoose: (isChosen: boolean) => void;
}) {
  const { deliveries: words } = texts;
  const parts = outcomes
    .filter((outcome) => bar.counts[outcome] > 0)
    .map((outcome) => `${numberText(bar.counts[outcome])} ${texts.outcomes[outcome].toLowerCase()}`)
    .join(', ');
  const label = words.bar(periodText(bar), parts === '' ? words.noBar : parts);
  return (
    <Tooltip label={label} openDelay={0}>
      <button
        type="button"
        className="bar"
        aria-label={label}
        aria-pressed={isChosen}
        data-faded={isFaded || undefined}
        tabIndex={isReached ? 0 : -1}
        onFocus={onFocus}
        onClick={() => onChoose(!isChosen)}
      >
        {outcomes.map((outcome) => {
          const count = bar.counts[outcome];
          return count === 0 ? null : (
            <span
              key={outcome}
              className="bar-part"
              data-outcome={outcome}
              style={{ flexBasis: `${(count / most) * 100}%` }}
            />
          );
        })}
      </button>
    </Tooltip>
  );
}
