/** The watch behind `deliveries tail`, on a real database whose rows are changed under it. */
import { platformCatalogue } from '@belfry/domain';
import { readConfiguration } from '@belfry/configuration';
import { PersistenceModule } from '@belfry/persistence';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Database } from '../src/backend/database.js';
import { pipelineOn } from '../src/backend/pipeline.js';
import { FinishedDeliveries } from '../src/commands/tail.js';
import { createEmptyDatabase, type EmptyDatabase } from '@belfry/kit/databases';

let database: EmptyDatabase;
let app: INestApplicationContext;

beforeAll(async () => {
  database = await createEmptyDatabase();
  app = await NestFactory.createApplicationContext(PersistenceModule.forRoot({ databaseUrl: database.url }), {
    logger: false,
    abortOnError: false,
  });
  await database.one(`INSERT INTO accounts VALUES (1, 'Acme', NULL, 'pat@acme.example.com', now(), now())`);
  await database.one(`INSERT INTO events VALUES (1, '${id(0)}', 'run_failed', 'production', '{}', now())`);
});
beforeEach(() => database.one('DELETE FROM deliveries'));
afterAll(async () => {
  await app.close();
  await database.drop();
});

/** The id of the delivery with this number: later numbers are later ids. */
function id(number: number): string {
  return `01a20000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

/** Stores the deliveries from one number to another. */
const store = (from: number, to: number, status: 'queued' | 'succeeded') =>
  database.one(
    `INSERT INTO deliveries (account_id, delivery_id, event_id, event_type, channel, destination, status,
       next_attempt_at, created_at, finished_at)
     SELECT 1, ('01a20000-0000-7000-8000-' || lpad(to_hex(number), 12, '0'))::uuid, '${id(0)}', 'run_failed', 'webhook',
       'https://hooks.example.com/', '${status}', now(), now(), ${status === 'queued' ? 'NULL' : 'now()'}
     FROM generate_series(${from}, ${to}) AS number`,
  );
const finish = (number: number, status = 'succeeded') =>
  database.one(
    `UPDATE deliveries SET status = '${status}', finished_at = clock_timestamp(),
       worker = CASE '${status}' WHEN 'interrupted' THEN '${id(0)}'::uuid END
     WHERE delivery_id = '${id(number)}'`,
  );

async function begin() {
  const watched = new FinishedDeliveries(
    pipelineOn(new Database(readConfiguration({}), platformCatalogue, () => Promise.resolve(app))).deliveries,
    1,
  );
  await watched.begin();
  return async () =>
    (await watched.look()).map(
      ({ delivery_id, status }) => `${parseInt(delivery_id.slice(-12), 16)} ${status}`,
    );
}

test('what had finished before is not reported, and what finishes is reported once, in the order of its finish', async () => {
  await store(1, 3, 'succeeded');
  await store(4, 6, 'queued');
  const look = await begin();
  expect(await look()).toEqual([]);
  await finish(6);
  await finish(4, 'failed');
  expect(await look()).toEqual(['6 succeeded', '4 failed']);
  expect(await look()).toEqual([]);
});

test('an old delivery that was waiting is reported though hundreds have come since, and no other old one', async () => {
  await store(1, 1, 'queued');
  await store(2, 500, 'succeeded');
  const look = await begin();
  await store(501, 1000, 'queued');
  expect(await look()).toEqual([]);
  await finish(1);
  await finish(600);
  expect(await look()).toEqual(['1 succeeded', '600 succeeded']);
  await finish(501, 'failed');
  expect(await look()).toEqual(['501 failed']);
});

test('more new ones than a page holds are all reported, as is one whose id comes late among them', async () => {
  await store(1, 300, 'succeeded');
  const look = await begin();
  await store(301, 899, 'succeeded');
  await store(901, 1000, 'succeeded');
  expect(await look()).toHaveLength(699);
  await store(900, 900, 'succeeded');
  expect(await look()).toEqual(['900 succeeded']);
});

test('a webhook that was interrupted and turns out to have arrived is reported again', async () => {
  await store(1, 1, 'queued');
  const look = await begin();
  await finish(1, 'interrupted');
  expect(await look()).toEqual(['1 interrupted']);
  await finish(1);
  expect(await look()).toEqual(['1 succeeded']);
});
