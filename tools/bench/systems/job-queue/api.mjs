/**
 * The API of a service built on a job queue: saves what it keeps, adds jobs, answers 202. Nest on Express,
 * as Nest comes; decorators are called as functions, since nothing is compiled here.
 */
import 'reflect-metadata';
import { Body, Controller, HttpCode, Inject, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { getRepositoryToken, TypeOrmModule } from '@nestjs/typeorm';
import { records } from './records.mjs';
import { AccountRow, storeOptions } from './store.mjs';

const { DATABASE_URL, WEBHOOK_URL, QUEUE } = process.env;
const { openProducer } = await import(`./${QUEUE}.mjs`);

class EventsController {
  constructor(producers, ...repositories) {
    this.producers = producers;
    this.repositories = Object.fromEntries(
      records.rows.map(({ options: { name } }, at) => [name, repositories[at]]),
    );
  }

  async publish(body) {
    const { eventId, jobs } = await records.accept(this.repositories, body, WEBHOOK_URL);
    for (const [queue, job] of Object.entries(jobs)) await this.producers[queue](job);
    return { event_id: eventId };
  }
}
Controller('v1/events')(EventsController);
Inject('producers')(EventsController, undefined, 0);
records.rows.forEach((row, at) => Inject(getRepositoryToken(row))(EventsController, undefined, 1 + at));
const publish = Object.getOwnPropertyDescriptor(EventsController.prototype, 'publish');
Post()(EventsController.prototype, 'publish', publish);
HttpCode(202)(EventsController.prototype, 'publish', publish);
Body()(EventsController.prototype, 'publish', 0);

async function openProducers() {
  const producers = {};
  for (const queue of records.queues) producers[queue] = await openProducer(queue);
  return producers;
}

class ApiModule {}
Module({
  imports: [
    TypeOrmModule.forRoot(storeOptions(DATABASE_URL, records.rows)),
    TypeOrmModule.forFeature(records.rows),
  ],
  controllers: [EventsController],
  providers: [{ provide: 'producers', useFactory: openProducers }],
})(ApiModule);

const app = await NestFactory.create(ApiModule, { logger: false });
if (records.rows.includes(AccountRow)) {
  await app
    .get(getRepositoryToken(AccountRow))
    .save({ id: 1, url: WEBHOOK_URL, email: 'pat@acme.example.com' });
}
await app.listen(0, '127.0.0.1');
process.stdout.write(`ready at ${await app.getUrl()}\n`);
