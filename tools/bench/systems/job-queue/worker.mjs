/** The worker of a service built on a job queue: POSTs the webhook by @nestjs/axios, and saves what came of it. */
import 'reflect-metadata';
import { HttpModule, HttpService } from '@nestjs/axios';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { getRepositoryToken, TypeOrmModule } from '@nestjs/typeorm';
import { Agent } from 'node:http';
import { firstValueFrom } from 'rxjs';
import { OutcomeRow, storeOptions } from './store.mjs';

const { DATABASE_URL, QUEUE } = process.env;
const atATime = 64;
const { openConsumer } = await import(`./${QUEUE}.mjs`);

class WorkerModule {}
Module({
  imports: [
    TypeOrmModule.forRoot(storeOptions(DATABASE_URL)),
    TypeOrmModule.forFeature([OutcomeRow]),
    HttpModule.register({
      httpAgent: new Agent({ keepAlive: true, maxSockets: atATime }),
      headers: { 'Content-Type': 'application/json' },
      timeout: 15_000,
      maxRedirects: 0,
      validateStatus: null,
    }),
  ],
})(WorkerModule);

const app = await NestFactory.createApplicationContext(WorkerModule, { logger: false });
const http = app.get(HttpService);
const outcomes = app.get(getRepositoryToken(OutcomeRow));

await openConsumer(atATime, async ({ eventId, url, payload }) => {
  const startedAt = Date.now();
  const { status } = await firstValueFrom(http.post(url, payload));
  await outcomes.save({
    eventId,
    status: status >= 200 && status < 300 ? 'succeeded' : 'failed',
    responseStatus: status,
    durationMs: Date.now() - startedAt,
  });
});
process.stdout.write('ready\n');
