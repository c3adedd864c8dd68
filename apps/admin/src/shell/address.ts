/**
 * The page's place in the address bar: its path is the tab, its query what the tab shows and the account that this tab of
 * the browser is for. The address is the one place that says whose settings these are: a browser may be signed in to
 * several accounts, each in its own tab.
 */
import { accountParameter } from '@belfry/domain';
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { onThisHost, withinThePage } from './base-path.js';

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('popstate', listener);
  };
}

/** The path of the page that this tab shows, wherever the page is served. */
export const pathOfTab = () => withinThePage(window.location.pathname);

const read = () => pathOfTab() + window.location.search;

/** The account that this tab is for; null before it is known. */
export function accountOfTab(): number | null {
  const named = new URLSearchParams(window.location.search).get(accountParameter) ?? '';
  return /^[1-9]\d{0,15}$/.test(named) ? Number(named) : null;
}

/** An address of the page for the account of this tab, or for the one that is given. */
export function addressFor(address: string, accountId: number | null = accountOfTab()): string {
  if (accountId === null) return address;
  const { pathname, searchParams } = new URL(address, window.location.origin);
  searchParams.delete(accountParameter);
  const rest = searchParams.toString();
  return `${pathname}?${accountParameter}=${accountId}${rest === '' ? '' : `&${rest}`}`;
}

/** Goes to an address of the page for the account of this tab, without a page load. */
export function goTo(address: string, replaces = false): void {
  show(addressFor(address), replaces);
}

/** Makes this tab the account's, where its address named none. */
export function nameAccount(accountId: number): void {
  show(addressFor(read(), accountId), true);
}

function show(address: string, replaces: boolean): void {
  if (address === read()) return;
  window.history[replaces ? 'replaceState' : 'pushState'](null, '', onThisHost(address));
  for (const listener of listeners) listener();
}

/** Where the page is. */
export interface Address {
  readonly path: string;
  /** What the tab shows; without the account. */
  readonly search: URLSearchParams;
  readonly accountId: number | null;
}

/** Where the page is, now and after every move. */
export function useAddress(): Address {
  const address = useSyncExternalStore(subscribe, read);
  return useMemo(() => {
    const { pathname: path, searchParams: search } = new URL(address, window.location.origin);
    search.delete(accountParameter);
    return { path, search, accountId: accountOfTab() };
  }, [address]);
}

/** The address of the same tab with another query. */
export function addressWith(path: string, search: URLSearchParams): string {
  const query = search.toString();
  return query === '' ? path : `${path}?${query}`;
}

/** Changes one parameter of the query; null takes it away. */
export function useParameter(name: string): readonly [string | null, (value: string | null) => void] {
  const { path, search } = useAddress();
  const set = useCallback(
    (value: string | null) => {
      const changed = new URLSearchParams(search);
      if (value === null) changed.delete(name);
      else changed.set(name, value);
      goTo(addressWith(path, changed));
    },
    [name, path, search],
  );
  return [search.get(name), set];
}
