/** The worker of a service built on a job queue: POSTs webhooks by @nestjs/axios, and saves what came of them. */
import 'reflect-metadata';
import { HttpModule, HttpService } from '@nestjs/axios';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { getRepositoryToken, TypeOrmModule } from '@nestjs/typeorm';
import { Agent } from 'node:http';
import { firstValueFrom } from 'rxjs';
import { records } from './records.mjs';
import { storeOptions } from './store.mjs';

const { DATABASE_URL, QUEUE } = process.env;
const atATime = 64;
const { openConsumer } = await import(`./${QUEUE}.mjs`);

class WorkerModule {}
Module({
  imports: [
    TypeOrmModule.forRoot(storeOptions(DATABASE_URL, records.rows)),
    TypeOrmModule.forFeature(records.rows),
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
const repositories = Object.fromEntries(
  records.rows.map((row) => [row.options.name, app.get(getRepositoryToken(row))]),
);
const post = (url, payload) => firstValueFrom(http.post(url, payload));

await openConsumer(atATime, (job) => records.carryOut(repositories, job, post));
process.stdout.write('ready\n');
