import type { Delivery, DeliveryCount } from '@belfry/contract';
import { deliveryStatuses } from '@belfry/domain';
import { curlCommand } from '../display/curl.js';
import { barsOfWindow } from './chart-bars.js';
import { listSearch, readFilters, writeFilters } from './filters.js';
import { isRestingAfter, looksInARow, movedBy, withNewest } from './live-pages.js';
import { barsOf, successRate, totalOf } from './outcomes.js';
import { tickText } from './period-text.js';
import { receiptOf } from './receipt.js';
import { execFileSync } from 'node:child_process';

const delivery = (id: number): Delivery => ({
  delivery_id: String(id).padStart(4, '0'),
  event_id: 'event',
  event_type: 'run_failed',
  environment: 'production',
  channel: 'webhook',
  destination: 'https://hooks.example.com/in',
  status: 'succeeded',
  reason: null,
  redelivery_of: null,
  test: false,
  created_at: '2026-11-24T12:00:00.000Z',
  finished_at: null,
});
const page = (ids: readonly number[], next: string | null = 'more') => ({
  deliveries: ids.map(delivery),
  next_cursor: next,
});
const idsOf = (pages: readonly { deliveries: readonly Delivery[] }[] | null) =>
  pages?.flatMap(({ deliveries }) => deliveries.map(({ delivery_id }) => Number(delivery_id)));

describe('The list of deliveries', () => {
  it('puts new ones on top, brings known ones up to date and takes out what no longer matches', () => {
    const merged = withNewest([page([9, 8, 7, 6]), page([5, 4], null)], page([11, 10, 9, 7]));
    expect(idsOf(merged)).toEqual([11, 10, 9, 7, 6, 5, 4]);
  });

  it('is read anew where more has happened than the newest page holds', () => {
    expect(withNewest([page([5, 4])], page([99, 98]))).toBeNull();
  });

  it('is what the newest page holds where that is all there is', () => {
    expect(idsOf(withNewest([page([9, 8], null)], page([9], null)))).toEqual([9]);
    expect(idsOf(withNewest([page([9])], page([], null)))).toEqual([]);
  });

  it('stays as it is where nothing among the newest matches, and what does is further back', () => {
    const pages = [page([]), page([5, 4])];
    expect(withNewest(pages, page([]))).toBe(pages);
  });

  it('is looked for through so many pages without a match, and further when a person says so', () => {
    const inVain = (count: number) => Array.from({ length: count }, () => page([]));
    expect(isRestingAfter([])).toBe(false);
    expect(isRestingAfter([page([9])])).toBe(false);
    expect(isRestingAfter(inVain(looksInARow - 1))).toBe(false);
    expect(isRestingAfter(inVain(looksInARow))).toBe(true);
    expect(isRestingAfter(inVain(looksInARow + 1))).toBe(false);
    expect(isRestingAfter([page([9]), ...inVain(2 * looksInARow)])).toBe(true);
    expect(isRestingAfter([...inVain(looksInARow), page([9])])).toBe(false);
  });

  it('knows by how many rows what one is looking at has moved, even where that row is gone', () => {
    const before = [9, 8, 7, 6].map(delivery);
    expect(movedBy(before, [11, 10, 9, 8, 7, 6].map(delivery), 2)).toBe(2);
    expect(movedBy(before, [11, 9, 8, 6].map(delivery), 2)).toBe(0);
    expect(movedBy(before, [8, 7, 6].map(delivery), 1)).toBe(-1);
    expect(movedBy(before, [], 0)).toBe(0);
  });
});

describe('Filters in the address', () => {
  it('are read back as they were written', () => {
    for (const status of [null, ...deliveryStatuses]) {
      const filters = {
        status,
        channel: 'email' as const,
        eventType: 'run_failed',
        window: '7d' as const,
        period: { from: new Date('2026-11-24T12:00:00Z'), to: new Date('2026-11-24T13:00:00Z') },
      };
      expect(readFilters(writeFilters(filters), ['run_failed'])).toEqual(filters);
    }
  });

  it('pass over what they do not know, so that an old link shows more and never nothing', () => {
    const old = new URLSearchParams('status=lost&channel=fax&event_type=gone&window=1y&from=never');
    const filters = readFilters(old, ['run_failed']);
    expect(writeFilters(filters).toString()).toBe('');
    const search = listSearch(filters, new Date('2026-11-24T12:34:00Z'), 100, null);
    expect(search.get('from')).toBe('2026-11-23T13:00:00.000Z');
  });
});

describe('Counts', () => {
  const count = (hour: string, status: DeliveryCount['status'], number: number): DeliveryCount => ({
    hour: `2026-11-24T${hour}:00:00.000Z`,
    channel: 'webhook',
    event_type: 'run_failed',
    status,
    count: number,
    duration_ms: null,
  });
  const hours = [count('01', 'succeeded', 3), count('01', 'failed', 1), count('02', 'queued', 2)];

  it('stand in the bar of their hour, and empty hours have a bar too', () => {
    const at = (hour: number) => new Date(Date.UTC(2026, 10, 24, hour));
    const bars = barsOf(hours, [0, 1, 2, 3, 4].map(at));
    expect(bars.map(({ total }) => total)).toEqual([0, 4, 2, 0]);
    expect(barsOf(hours, [at(0), at(6)])[0]?.total).toBe(6);
  });

  it('of today stand in the bar of today, which begins at midnight of the reader', () => {
    // Hours are counted by UTC: a clock that is half an hour apart from it begins its day half an hour late.
    const fullHour = (time: Date) => new Date(Math.ceil(time.getTime() / 3_600_000) * 3_600_000);
    const now = new Date(2026, 10, 28, 13, 5);
    const from = new Date(fullHour(now).getTime() - 30 * 24 * 3_600_000);
    const stats = { account_id: 42, from: from.toISOString(), to: now.toISOString(), hours: [] };
    const days = barsOfWindow([{ ...count('01', 'failed', 1), hour: now.toISOString() }], stats, '30d');
    expect(days.at(-1)).toMatchObject({
      from: fullHour(new Date(2026, 10, 28)),
      to: fullHour(new Date(2026, 10, 29)),
      total: 1,
    });
    expect(days[0]?.from).toEqual(from);
    expect(tickText(days.at(-1)!)).toBe('28 Nov');
    const quarters = barsOfWindow([], { ...stats, from: new Date(2026, 10, 21, 14).toISOString() }, '7d');
    expect(quarters.at(-1)?.from).toEqual(fullHour(new Date(2026, 10, 28, 12)));
    expect(quarters.every((bar, index) => index === 0 || bar.from.getHours() % 6 === 0)).toBe(true);
  });

  it('say 100 per cent only where nothing went wrong, and nothing where nothing has finished', () => {
    expect(successRate(totalOf(hours))).toBe(75);
    expect(successRate(totalOf([count('01', 'succeeded', 999), count('01', 'failed', 1)]))).toBe(99);
    expect(successRate(totalOf([count('01', 'queued', 1)]))).toBeNull();
  });
});

describe('Whether the other side may have got a delivery', () => {
  it('is said by its status and reason', () => {
    expect(receiptOf({ status: 'succeeded', reason: null })).toBe('yes');
    expect(receiptOf({ status: 'failed', reason: 'http_status' })).toBe('yes');
    expect(receiptOf({ status: 'failed', reason: 'timeout' })).toBe('perhaps');
    expect(receiptOf({ status: 'failed', reason: 'dns' })).toBe('no');
    expect(receiptOf({ status: 'interrupted', reason: null })).toBe('perhaps');
  });
});

describe('A request as a curl command', () => {
  it('gives a shell every byte of the body, quotes and all', () => {
    const body = `{"name":"O'Neil $HOME \`x\` \\\\"}`;
    const command = curlCommand(
      'https://hooks.example.com/in?a=1&b=2',
      { Host: 'x', 'Webhook-Id': 'id' },
      body,
    );
    const words = execFileSync('sh', ['-c', command.replace(/^curl/, "printf '%s\\0'")])
      .toString()
      .split('\0');
    expect(words.slice(0, -1)).toEqual([
      '-X',
      'POST',
      'https://hooks.example.com/in?a=1&b=2',
      '-H',
      'Webhook-Id: id',
      '--data-raw',
      body,
    ]);
  });
});
