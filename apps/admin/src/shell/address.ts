/** The page's place in the address bar: its path is the tab, its query what the tab shows. */
import { useCallback, useMemo, useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('popstate', listener);
  };
}

const read = () => window.location.pathname + window.location.search;

/** Goes to an address of the page, without loading anything. */
export function goTo(address: string, replaces = false): void {
  if (address === read()) return;
  window.history[replaces ? 'replaceState' : 'pushState'](null, '', address);
  for (const listener of listeners) listener();
}

/** Where the page is. */
export interface Address {
  readonly path: string;
  readonly search: URLSearchParams;
}

/** Where the page is, now and after every move. */
export function useAddress(): Address {
  const address = useSyncExternalStore(subscribe, read);
  return useMemo(() => {
    const url = new URL(address, window.location.origin);
    return { path: url.pathname, search: url.searchParams };
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
