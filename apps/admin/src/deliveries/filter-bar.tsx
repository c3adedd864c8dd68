import { Button, Group, NativeSelect, Pill } from '@mantine/core';
import type { ReactNode } from 'react';
import { channels, deliveryStatuses } from '@belfry/domain';
import { useSession } from '../access/current-session.js';
import { texts } from '../texts.js';
import { writeFilters, windows, type Filters, type Window } from './filters.js';
import { periodText } from './period-text.js';

/** How a filter that leaves something out looks. */
const active = { background: 'var(--accent-soft)', borderColor: 'var(--accent-text)' };

const untouched: Filters = { status: null, channel: null, eventType: null, window: '24h', period: null };

/** The filters: a list for each, and a pill for the period of a bar that was chosen in the chart. */
export function FilterBar({
  filters,
  onChange,
  children,
}: {
  filters: Filters;
  onChange: (change: Partial<Filters>) => void;
  /** Actions on everything that is shown. */
  children?: ReactNode;
}) {
  const { rules } = useSession();
  const { deliveries: words } = texts;
  // An empty value means "any".
  const select = <Word extends string>(
    label: string,
    any: string,
    options: readonly { value: Word; label: string }[],
    value: Word | null,
    choose: (value: Word | null) => void,
  ) => (
    <NativeSelect
      aria-label={label}
      className="filter"
      styles={{ input: { fontWeight: 500, ...(value === null ? {} : active) } }}
      value={value ?? ''}
      data={[{ value: '', label: any }, ...options]}
      onChange={({ currentTarget }) =>
        choose(options.find((option) => option.value === currentTarget.value)?.value ?? null)
      }
    />
  );
  return (
    <Group className="filters" mb={16} role="group" aria-label={words.filters}>
      {select(
        words.status,
        words.any.status,
        deliveryStatuses.map((value) => ({ value, label: texts.statuses[value] })),
        filters.status,
        (status) => onChange({ status }),
      )}
      {select(
        words.channel,
        words.any.channel,
        channels.map((value) => ({ value, label: texts.channels[value] })),
        filters.channel,
        (channel) => onChange({ channel }),
      )}
      {select(
        words.eventType,
        words.any.eventType,
        rules.catalogue.entries.map(({ key, name }) => ({ value: key, label: name })),
        filters.eventType,
        (eventType) => onChange({ eventType }),
      )}
      <NativeSelect
        aria-label={words.time}
        className="filter"
        styles={{ input: { fontWeight: 500 } }}
        value={filters.window}
        data={(Object.keys(windows) as Window[]).map((value) => ({ value, label: words.windows[value] }))}
        onChange={({ currentTarget }) => onChange({ window: currentTarget.value as Window, period: null })}
      />
      {filters.period === null ? null : (
        <Pill
          size="xl"
          fz={14}
          withRemoveButton
          removeButtonProps={{
            'aria-label': words.clearPeriod(periodText(filters.period)),
            'aria-hidden': false,
            tabIndex: 0,
          }}
          onRemove={() => onChange({ period: null })}
        >
          {periodText(filters.period)}
        </Pill>
      )}
      {writeFilters(filters).size === 0 ? null : (
        <Button variant="subtle" color="gray" size="compact-sm" onClick={() => onChange(untouched)}>
          {words.clear}
        </Button>
      )}
      {children}
    </Group>
  );
}
