/**
 * The API of a service built on a job queue: saves the event by a repository, adds a job, answers 202. Nest on Express,
 * as Nest comes; decorators are called as functions, since nothing is compiled here.
 */
import 'reflect-metadata';
import { Body, Controller, HttpCode, Inject, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { getRepositoryToken, TypeOrmModule } from '@nestjs/typeorm';
import { webhookBody } from '../../payload.mjs';
import { EventRow, storeOptions } from './store.mjs';

const { DATABASE_URL, WEBHOOK_URL, QUEUE } = process.env;
const { openProducer } = await import(`./${QUEUE}.mjs`);

class EventsController {
  constructor(events, addJob) {
    this.events = events;
    this.addJob = addJob;
  }

  async publish(body) {
    const { account_id: accountId, event_type: eventType } = body;
    const event = await this.events.save({ accountId, eventType, payload: body });
    await this.addJob({ eventId: event.id, url: WEBHOOK_URL, payload: webhookBody(body) });
    return { event_id: event.id };
  }
}
Controller('v1/events')(EventsController);
Inject(getRepositoryToken(EventRow))(EventsController, undefined, 0);
Inject('add a job')(EventsController, undefined, 1);
const publish = Object.getOwnPropertyDescriptor(EventsController.prototype, 'publish');
Post()(EventsController.prototype, 'publish', publish);
HttpCode(202)(EventsController.prototype, 'publish', publish);
Body()(EventsController.prototype, 'publish', 0);

class ApiModule {}
Module({
  imports: [TypeOrmModule.forRoot(storeOptions(DATABASE_URL)), TypeOrmModule.forFeature([EventRow])],
  controllers: [EventsController],
  providers: [{ provide: 'add a job', useFactory: openProducer }],
})(ApiModule);

const app = await NestFactory.create(ApiModule, { logger: false });
await app.listen(0, '127.0.0.1');
process.stdout.write(`ready at ${await app.getUrl()}\n`);
