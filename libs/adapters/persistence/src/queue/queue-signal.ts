/** The hint that something was queued, by PostgreSQL's NOTIFY. */
import { QueueSignal } from '@belfry/application';
import { channels, type Channel } from '@belfry/domain';
import type { OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import type { Database } from '../database/database.js';
import { queueChannelOf } from '../database/schema.js';

/** Hints within this time are one: NOTIFY takes a lock on the whole server for a moment. */
const togetherMs = 10;
/** After the connection broke; until then, workers look once a second anyway. */
const reconnectMs = 1_000;

/** Announces over the pool, and listens on its own connection. */
export class PostgresQueueSignal extends QueueSignal implements OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private lastAt = -togetherMs;
  private client: pg.Client | undefined;
  private heard: ((channel: Channel) => void) | undefined;
  private readonly unsaid = new Set<Channel>();
  private readonly topic: string;
  private isClosed = false;

  /** `url` is where to listen: null where that can't be done, which is so through a pooler in transaction mode. */
  constructor(
    private readonly database: Database,
    private readonly url: string | null,
  ) {
    super();
    this.topic = queueChannelOf(database.schema);
  }

  announce(channel: Channel): void {
    if (this.isClosed) return;
    this.unsaid.add(channel);
    this.timer ??= setTimeout(
      () => {
        this.timer = undefined;
        this.lastAt = performance.now();
        // A hint that the database does not take is lost, whatever the fault: workers look once a second anyway.
        this.notify().catch(() => undefined);
      },
      Math.max(0, this.lastAt + togetherMs - performance.now()),
    );
  }

  listen(heard: (channel: Channel) => void): void {
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
    const said = [...this.unsaid];
    this.unsaid.clear();
    await this.database.statement('SELECT pg_notify($1, channel) FROM unnest($2::text[]) AS channel', [
      this.topic,
      said,
    ]);
  }

  /** A process of an older version does not say which channel. */
  private hear(payload: string | undefined): void {
    const said = channels.filter((channel) => channel === payload);
    for (const channel of said.length > 0 ? said : channels) this.heard?.(channel);
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
      .on('notification', ({ payload }) => this.hear(payload));
    this.client = client;
    client
      .connect()
      .then(() => client.query(`LISTEN ${pg.escapeIdentifier(this.topic)}`))
      .catch(again);
  }
}
