import type { DeliveryList } from '@belfry/contract';
import { useInfiniteQuery, useQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { useSession } from '../access/current-session.js';
import { fetchDeliveries, liveEveryMs } from '../api/queries.js';
import { listSearch, writeFilters, type Filters } from './filters.js';
import { isRestingAfter, withNewest } from './live-pages.js';

const pageSize = 100;

type Pages = InfiniteData<DeliveryList, string | null>;

/**
 * The deliveries that match the filters, newest first: older ones on request, new ones automatically. `isResting` means
 * that many were searched without a match, and that a person should decide whether to go on.
 */
export function useDeliveries(filters: Filters) {
  const { accountId } = useSession();
  const queryClient = useQueryClient();
  const search = writeFilters(filters).toString();
  const queryKey = useMemo(() => ['deliveries', accountId, search], [accountId, search]);
  const fetchPage = (cursor: string | null) =>
    fetchDeliveries(accountId, listSearch(filters, new Date(), pageSize, cursor));

  const pages = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => fetchPage(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    staleTime: Infinity,
  });
  const newest = useQuery({
    queryKey: ['newest-deliveries', accountId, search],
    queryFn: () => fetchPage(null),
    refetchInterval: liveEveryMs,
    enabled: pages.isSuccess,
  });
  const { isFetching } = pages;
  useEffect(() => {
    // A page that is still loading would be added to the list as it was before: one after the other, then. The client is
    // asked, since this render may be older than the request.
    if (newest.data === undefined || queryClient.isFetching({ queryKey }) > 0) return;
    const before = queryClient.getQueryData<Pages>(queryKey);
    if (before === undefined) return;
    const merged = withNewest(before.pages, newest.data);
    if (merged === null) void queryClient.resetQueries({ queryKey });
    else {
      queryClient.setQueryData<Pages>(queryKey, {
        pages: [...merged],
        pageParams: before.pageParams.slice(0, merged.length),
      });
    }
  }, [newest.data, isFetching, queryClient, queryKey]);

  const deliveries = useMemo(() => pages.data?.pages.flatMap((page) => page.deliveries) ?? [], [pages.data]);
  const isResting = pages.data !== undefined && pages.hasNextPage && isRestingAfter(pages.data.pages);
  return { pages, deliveries, isResting };
}
