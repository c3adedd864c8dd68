/** The hint that something was queued, by PostgreSQL's NOTIFY. */
import { QueueSignal, StorageUnavailable } from '@belfry/application';
import type { OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import type { Database } from '../database/database.js';

const channel = 'belfry_queue';
/** Hints within this time are one: NOTIFY takes a lock on the whole server for a moment. */
const togetherMs = 10;
/** After a break of the connection; meanwhile workers look once a second anyway. */
const reconnectMs = 1_000;

/** Announces over the pool, and listens on a connection of its own. */
export class PostgresQueueSignal extends QueueSignal implements OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private lastAt = -togetherMs;
  private client: pg.Client | undefined;
  private heard: (() => void) | undefined;
  private isClosed = false;

  /** `url` is null for the embedded database, where notifications do not cross connections: there it does nothing. */
  constructor(
    private readonly database: Database,
    private readonly url: string | null,
  ) {
    super();
  }

  announce(): void {
    if (this.url === null) return;
    this.timer ??= setTimeout(
      () => {
        this.timer = undefined;
        this.lastAt = performance.now();
        this.notify().catch((error: unknown) => {
          // Whoever is away hears nothing, and asks the queue when it is back.
          if (!(error instanceof StorageUnavailable)) throw error;
        });
      },
      Math.max(0, this.lastAt + togetherMs - performance.now()),
    );
  }

  listen(heard: () => void): void {
    this.heard = heard;
    if (this.url !== null) this.connect(this.url);
  }

  /** Ends listening; what is about to be announced is dropped. */
  async onApplicationShutdown(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    await this.client?.end();
  }

  private async notify(): Promise<void> {
    await this.database.statement("SELECT pg_notify($1, '')", [channel]);
  }

  private connect(url: string): void {
    const client = new pg.Client({
      connectionString: url,
      keepAlive: true,
      application_name: 'belfry listener',
    });
    let isOver = false;
    const again = () => {
      if (isOver) return;
      isOver = true;
      client.removeAllListeners();
      // What comes after the first fault of a broken connection says nothing new.
      client.on('error', () => undefined);
      if (!this.isClosed) setTimeout(() => this.isClosed || this.connect(url), reconnectMs).unref();
    };
    client
      .on('error', again)
      .on('end', again)
      .on('notification', () => this.heard?.());
    this.client = client;
    client
      .connect()
      .then(() => client.query(`LISTEN ${channel}`))
      .catch(again);
  }
}
