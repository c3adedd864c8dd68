/** Whether the last request reached the server: what the page's banner shows. */
import { useSyncExternalStore } from 'react';

class Connection {
  private isLost = false;
  private readonly listeners = new Set<() => void>();

  lost(): void {
    this.set(true);
  }

  found(): void {
    this.set(false);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly read = (): boolean => this.isLost;

  private set(isLost: boolean): void {
    if (this.isLost === isLost) return;
    this.isLost = isLost;
    for (const listener of this.listeners) listener();
  }
}

/** The page's connection. */
export const connection = new Connection();

/** True while the server can't be reached. */
export function useConnectionLost(): boolean {
  return useSyncExternalStore(connection.subscribe, connection.read);
}
