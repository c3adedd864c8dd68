/** The server's state as the page keeps it: what is asked for, under which key, and how fresh it must be. */
import type {
  Account,
  DeliveryDetail,
  DeliveryList,
  DeliveryMail,
  DeliveryStats,
  EventDetail,
  NotificationSettings,
  Session,
} from '@belfry/contract';
import { MutationCache, QueryCache, QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import { notFromTheApi, request, RequestFailure, type Answer } from './request.js';

/** Says whether an answer is a session, and not what something else gave in the API's place. */
function isSession(answer: unknown): answer is Session {
  const { account_id: id, scopes, platform } = (answer ?? {}) as Partial<Session>;
  return typeof id === 'number' && Array.isArray(scopes) && typeof platform?.admin_url === 'string';
}

/** How often what is live is asked for again. */
export const liveEveryMs = 2_000;

/** A server that does not answer is asked again for as long as the page is open; a problem is an answer. */
function retry(_count: number, error: Error): boolean {
  return error instanceof RequestFailure && (error.status === 0 || error.status === 503);
}

/** Makes the page's client. */
export function makeQueryClient(): QueryClient {
  // Whatever finds the session over, something asked for or something saved, has the page look for itself.
  const hear = (error: Error) => {
    const isOver = error instanceof RequestFailure && error.status === 401;
    if (isOver) void client.invalidateQueries({ queryKey: sessionsKey });
  };
  const client = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => (query.queryKey[0] === 'session' ? undefined : hear(error)),
    }),
    mutationCache: new MutationCache({ onError: hear }),
    defaultOptions: {
      // Not navigator.onLine: the server may be on this very machine.
      queries: { retry, retryDelay: liveEveryMs, staleTime: 10_000, networkMode: 'always' },
      mutations: { networkMode: 'always' },
    },
  });
  return client;
}

/** All sessions that the page knows of. */
export const sessionsKey = ['session'] as const;

/** The session for the account of this tab, or the only one there is where the address names none. */
export const sessionQuery = (accountId: number | null) =>
  queryOptions({
    queryKey: [...sessionsKey, accountId],
    queryFn: async () => {
      const { value } = await request<Session>('GET', '/v1/session');
      // Everything else follows from it, and a portal that someone must log in to first may answer JSON as well.
      if (!isSession(value)) throw notFromTheApi();
      return value;
    },
    staleTime: 60_000,
  });

export const accountPath = (accountId: number) => `/v1/accounts/${accountId}`;

/** An account with its version. */
export type VersionedAccount = Answer<Account>;

export const versionedAccountQuery = (accountId: number) =>
  queryOptions({
    queryKey: ['account', accountId],
    queryFn: () => request<Account>('GET', accountPath(accountId)),
  });

/** The account itself, where its version does not matter. */
export const accountQuery = (accountId: number) =>
  queryOptions({ ...versionedAccountQuery(accountId), select: ({ value }) => value });

/** Why the server would not take this URL; null where it would. */
export const urlVerdictQuery = (accountId: number, url: string) =>
  queryOptions({
    queryKey: ['url-verdict', accountId, url],
    queryFn: async ({ signal }) => {
      // Asked when typing pauses, not at every key. A question that no longer matters is not asked.
      await new Promise((pause) => setTimeout(pause, 300));
      signal.throwIfAborted();
      const path = `${accountPath(accountId)}/webhook-url-check`;
      return (await request<{ problem: string | null }>('POST', path, { webhook_url: url })).value.problem;
    },
    staleTime: 60_000,
    retry: false,
  });

/** Settings with their version. */
export type VersionedSettings = Answer<NotificationSettings>;

export const settingsQuery = (accountId: number) =>
  queryOptions({
    queryKey: ['settings', accountId],
    queryFn: () => request<NotificationSettings>('GET', `${accountPath(accountId)}/notification-settings`),
  });

export const statsQuery = (accountId: number, window: string) =>
  queryOptions({
    queryKey: ['stats', accountId, window],
    queryFn: async () =>
      (await request<DeliveryStats>('GET', `${accountPath(accountId)}/delivery-stats?window=${window}`))
        .value,
    refetchInterval: 5 * liveEveryMs,
  });

/** One page of the deliveries that `search` asks for. */
export async function fetchDeliveries(accountId: number, search: URLSearchParams): Promise<DeliveryList> {
  return (await request<DeliveryList>('GET', `${accountPath(accountId)}/deliveries?${search}`)).value;
}

export const deliveryPath = (accountId: number, deliveryId: string) =>
  `${accountPath(accountId)}/deliveries/${encodeURIComponent(deliveryId)}`;

export const deliveryQuery = (accountId: number, deliveryId: string) =>
  queryOptions({
    queryKey: ['delivery', accountId, deliveryId],
    queryFn: async () => (await request<DeliveryDetail>('GET', deliveryPath(accountId, deliveryId))).value,
    refetchInterval: ({ state }) => (state.data?.finished_at === null ? liveEveryMs / 2 : false),
  });

export const eventQuery = (accountId: number, eventId: string) =>
  queryOptions({
    queryKey: ['event', accountId, eventId],
    queryFn: async () =>
      (await request<EventDetail>('GET', `${accountPath(accountId)}/events/${encodeURIComponent(eventId)}`))
        .value,
    staleTime: Infinity,
  });

export const mailQuery = (accountId: number, deliveryId: string) =>
  queryOptions({
    queryKey: ['mail', accountId, deliveryId],
    queryFn: async () =>
      (await request<DeliveryMail>('GET', `${deliveryPath(accountId, deliveryId)}/mail`)).value,
    staleTime: Infinity,
  });

/** The account's settings, as last read. */
export function useSettings(accountId: number, enabled: boolean) {
  return useQuery({ ...settingsQuery(accountId), enabled });
}
