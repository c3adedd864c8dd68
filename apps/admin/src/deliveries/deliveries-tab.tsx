import { useQuery } from '@tanstack/react-query';
import { Button, Paper, Skeleton } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useSession } from '../access/current-session.js';
import { statsQuery } from '../api/queries.js';
import { Heading } from '../display/heading.js';
import { LoadFailure } from '../display/load-failure.js';
import { addressWith, goTo, useAddress } from '../shell/address.js';
import { texts } from '../texts.js';
import { DeliveryChart } from './delivery-chart.js';
import { DeliveryDrawer } from './delivery-drawer.js';
import { DeliveryList } from './delivery-list.js';
import { FilterBar } from './filter-bar.js';
import { readFilters, writeFilters, type Filters } from './filters.js';
import { RedeliverMany } from './redeliver-many.js';
import { RedeliverMatching } from './redeliver-matching.js';
import { redeliverableOf, type Redeliverable } from './redeliverable.js';
import { SelectionBar } from './selection-bar.js';
import { useDeliveries } from './use-deliveries.js';

/** The Deliveries tab: what happened to every event, as it happens. */
export function DeliveriesTab() {
  const { accountId, rules, may } = useSession();
  const { deliveries: words } = texts;
  const { path, search } = useAddress();
  const filters = useMemo(() => readFilters(search, rules.catalogue.keys), [search, rules]);
  const stats = useQuery(statsQuery(accountId, filters.window));
  const { pages, deliveries, isResting } = useDeliveries(filters);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [isRedelivering, setRedelivering] = useState(false);
  const [asked, setAsked] = useState<Redeliverable | null>(null);

  const show = (change: Partial<Filters>) => {
    setSelected(new Set());
    goTo(addressWith(path, writeFilters({ ...filters, ...change })));
  };
  const redeliverable =
    may.redeliver && stats.data !== undefined ? redeliverableOf(filters, stats.data) : null;
  const chosen = deliveries.filter(({ delivery_id }) => selected.has(delivery_id));
  return (
    <>
      <Heading title={words.heading} lead={words.lead}>
        <span className="tag" data-outcome="succeeded">
          <span className="legend-sign live" aria-hidden="true" />
          {words.live}
        </span>
      </Heading>
      <FilterBar filters={filters} onChange={show}>
        {redeliverable === null ? null : (
          <Button
            variant="default"

            ms="auto"
            onClick={() => setAsked(redeliverable)}
          >
            {texts.redeliverMatching.button[redeliverable.status]}
          </Button>
        )}
      </FilterBar>
      <Paper component="section" p="14px var(--pad) 12px" aria-label={words.chart}>
        {stats.data === undefined ? (
          <Skeleton height={132} />
        ) : (
          <DeliveryChart filters={filters} stats={stats.data} onChoose={(period) => show({ period })} />
        )}
      </Paper>
      {chosen.length === 0 ? null : (
        <SelectionBar
          count={chosen.length}
          onClear={() => setSelected(new Set())}
          onRedeliver={() => setRedelivering(true)}
        />
      )}
      {pages.isError && deliveries.length === 0 ? (
        <LoadFailure error={pages.error} onRetry={() => void pages.refetch()} />
      ) : (
        <DeliveryList
          deliveries={deliveries}
          isLoading={pages.isPending}
          hasMore={pages.hasNextPage}
          isLoadingMore={pages.isFetchingNextPage}
          isResting={isResting}
          onMore={() => void pages.fetchNextPage()}
          isFiltered={writeFilters(filters).size > 0}
          selected={selected}
          onSelect={may.redeliver ? setSelected : null}
        />
      )}
      <DeliveryDrawer />
      {asked === null ? null : (
        <RedeliverMatching filters={filters} redeliverable={asked} onClose={() => setAsked(null)} />
      )}
      {isRedelivering ? (
        <RedeliverMany
          deliveries={chosen}
          onClose={() => {
            setRedelivering(false);
            setSelected(new Set());
          }}
        />
      ) : null}
    </>
  );
}
