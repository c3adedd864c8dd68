import type { Delivery } from '@belfry/contract';
import { Button, Group, Loader, Paper, Skeleton, Stack } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type Dispatch,
  type ReactNode,
  type SetStateAction,
} from 'react';
import { isFinished } from '@belfry/domain';
import { Icon } from '../display/icon.js';
import { texts } from '../texts.js';
import { DeliveryRow } from './delivery-row.js';
import { movedBy } from './live-pages.js';

/** Heights of a row in pixels, as styles/deliveries.css has them: known, so that ten thousand rows need no measuring. */
const rowHeight = { wide: 52, narrow: 84 };
/** How many rows before the end the next page is fetched. */
const moreBefore = 30;

/** Deliveries as a table of which only the rows in sight exist. New ones at the top do not move what one is looking at. */
export function DeliveryList({
  deliveries,
  isLoading,
  hasMore,
  isLoadingMore,
  isResting,
  onMore,
  isFiltered,
  selected,
  onSelect,
}: {
  deliveries: readonly Delivery[];
  isLoading: boolean;
  hasMore: boolean;
  isLoadingMore: boolean;
  /** Whether more is searched only when a person asks for it. */
  isResting: boolean;
  onMore: () => void;
  isFiltered: boolean;
  selected: ReadonlySet<string>;
  /** Null where nothing may be selected. */
  onSelect: Dispatch<SetStateAction<ReadonlySet<string>>> | null;
}) {
  const { deliveries: words } = texts;
  const isNarrow = useMediaQuery('(max-width: 900px)', false, { getInitialValueInEffect: false });
  const height = isNarrow ? rowHeight.narrow : rowHeight.wide;
  const [body, setBody] = useState<HTMLDivElement | null>(null);
  const top = usePlaceOnPage(body);
  const virtualizer = useWindowVirtualizer({
    count: deliveries.length,
    estimateSize: () => height,
    overscan: 8,
    scrollMargin: top,
  });
  useEffect(() => virtualizer.measure(), [virtualizer, height]);

  const unseen = useSteadyScroll(deliveries, height, top);
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && !isLoadingMore && !isResting && last >= deliveries.length - moreBefore) onMore();
  }, [hasMore, isLoadingMore, isResting, last, deliveries.length, onMore]);

  // The same function for as long as the list exists, so that unchanged rows are not drawn again.
  const toggle = useCallback(
    (deliveryId: string) =>
      onSelect?.((before) => {
        const changed = new Set(before);
        if (!changed.delete(deliveryId)) changed.add(deliveryId);
        return changed;
      }),
    [onSelect],
  );

  if (isLoading) {
    return (
      <Paper p="var(--pad)" aria-busy="true">
        {Array.from({ length: 6 }, (_, row) => (
          <Skeleton key={row} height={28} mb={16} />
        ))}
      </Paper>
    );
  }
  if (deliveries.length === 0 && hasMore) {
    return (
      <Empty title={isResting ? words.notFoundYet : words.lookingBack} isBusy={!isResting}>
        {isResting ? <MoreButton onMore={onMore} /> : <Loader size={18} aria-hidden="true" />}
      </Empty>
    );
  }
  if (deliveries.length === 0) {
    return (
      <Empty title={isFiltered ? words.emptyFilteredTitle : words.emptyTitle}>
        <p className="quiet">{isFiltered ? words.emptyFiltered : words.empty}</p>
      </Empty>
    );
  }
  const selectable = deliveries.filter(({ status }) => isFinished(status));
  const isAll = selectable.length > 0 && selectable.every(({ delivery_id }) => selected.has(delivery_id));
  return (
    <Paper
      className="list"
      role="table"
      aria-label={words.table}
      aria-rowcount={hasMore ? -1 : deliveries.length + 1}
    >
      {unseen > 0 ? (
        <Button className="unseen" radius="xl" onClick={() => window.scrollTo({ top: 0 })}>
          {words.newOnes(unseen)}
        </Button>
      ) : null}
      <div role="rowgroup">
        <div className="list-head column-names" role="row" aria-rowindex={1}>
          <span role="columnheader" className="cell-select">
            {onSelect === null ? null : (
              <input
                type="checkbox"
                className="tick"
                aria-label={words.selectAll}
                checked={isAll}
                ref={(tick) => {
                  if (tick !== null) tick.indeterminate = selected.size > 0 && !isAll;
                }}
                onChange={() =>
                  onSelect(isAll ? new Set() : new Set(selectable.map((delivery) => delivery.delivery_id)))
                }
              />
            )}
            {onSelect === null ? null : (
              <span className="select-all-word" aria-hidden="true">
                {words.selectAll}
              </span>
            )}
          </span>
          <span role="columnheader">{words.columns.status}</span>
          <span role="columnheader">{words.columns.event}</span>
          <span role="columnheader">{words.columns.destination}</span>
          <span role="columnheader" className="cell-environment">
            {words.columns.environment}
          </span>
          <span role="columnheader" className="cell-time">
            {words.columns.created}
          </span>
        </div>
      </div>
      <div role="rowgroup" ref={setBody} style={{ position: 'relative', height: virtualizer.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const delivery = deliveries[index]!;
          return (
            <DeliveryRow
              key={delivery.delivery_id}
              delivery={delivery}
              index={index}
              offset={start - top}
              isSelected={selected.has(delivery.delivery_id)}
              onToggle={onSelect === null ? null : toggle}
            />
          );
        })}
      </div>
      <Group justify="center" mih={44} fz={13} c="dimmed">
        {isLoadingMore ? (
          <>
            <Loader size={14} aria-hidden="true" /> {words.loadingMore}
          </>
        ) : (
          <>
            {words.shown(deliveries.length, !hasMore)}
            {isResting ? <MoreButton onMore={onMore} /> : null}
          </>
        )}
      </Group>
    </Paper>
  );
}

/** Shown instead of the list when there is nothing to list. */
function Empty({
  title,
  isBusy = false,
  children,
}: {
  title: string;
  isBusy?: boolean;
  children: ReactNode;
}) {
  return (
    <Paper p="48px 24px" aria-busy={isBusy}>
      <Stack align="center" gap={4} ta="center">
        <Icon name="bell" size={48} weight={0.8} className="quiet" />
        <h3>{title}</h3>
        {children}
      </Stack>
    </Paper>
  );
}

function MoreButton({ onMore }: { onMore: () => void }) {
  return (
    <Button variant="default" size="xs" onClick={onMore}>
      {texts.deliveries.lookFurther}
    </Button>
  );
}

/** How far an element is from the top of the page, in pixels: now, and whenever something above it grows or shrinks. */
function usePlaceOnPage(element: HTMLElement | null): number {
  const [place, setPlace] = useState(0);
  useEffect(() => {
    if (element === null) return undefined;
    const observer = new ResizeObserver(() =>
      setPlace(Math.round(element.getBoundingClientRect().top + window.scrollY)),
    );
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [element]);
  return place;
}

/**
 * Keeps what one is looking at in place when rows appear above it, by scrolling the page as far. Returns how many have
 * appeared there unseen.
 */
function useSteadyScroll(deliveries: readonly Delivery[], height: number, top: number): number {
  const before = useRef(deliveries);
  const [unseen, setUnseen] = useState(0);
  useLayoutEffect(() => {
    const looked = Math.floor((window.scrollY - top) / height);
    const moved = looked < 0 ? 0 : movedBy(before.current, deliveries, looked);
    before.current = deliveries;
    if (moved === 0) return;
    window.scrollBy({ top: moved * height, behavior: 'instant' });
    setUnseen((count) => Math.max(count + moved, 0));
  }, [deliveries, height, top]);
  useEffect(() => {
    const look = () => {
      if (window.scrollY <= top) setUnseen(0);
    };
    window.addEventListener('scroll', look, { passive: true });
    return () => window.removeEventListener('scroll', look);
  }, [top]);
  return unseen;
}
