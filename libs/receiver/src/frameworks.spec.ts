/** The adapters, each in an app of its framework that listens on loopback. */
import 'reflect-metadata';
import { Controller, HttpCode, Module, Post, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import express from 'express';
import fastify from 'fastify';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { webhookHandler } from './express.js';
import { webhookRoute } from './fastify.js';
import { createReceiver, type Payload } from './index.js';
import { Webhook, webhookGuard } from './nest.js';
import { samplePayloads, sampleWebhook } from './testing.js';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

interface App {
  readonly url: string;
  close(): Promise<unknown>;
}

const seen = new Set<string>();
const received: Payload[] = [];
const receiver = createReceiver({
  secrets: [secret],
  isDuplicate: (id) => seen.size === seen.add(id).size,
});

function take(payload: Payload) {
  received.push(payload);
  if (payload.event_type === 'tenant_archived') throw new Error('the handler failed');
}

async function listen(server: Server): Promise<App> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

const frameworks: Readonly<Record<string, () => Promise<App>>> = {
  'Express 5': () => {
    const app = express();
    app.post('/webhooks', webhookHandler(receiver, take));
    app.use(
      ((_error, _request, response, _next) => void response.sendStatus(500)) as express.ErrorRequestHandler,
    );
    return listen(createServer(app));
  },
  'Express 5 behind express.raw()': () => {
    const app = express();
    app.use(express.raw({ type: '*/*' }));
    app.post('/webhooks', webhookHandler(receiver, take));
    app.use(
      ((_error, _request, response, _next) => void response.sendStatus(500)) as express.ErrorRequestHandler,
    );
    return listen(createServer(app));
  },
  'Fastify 5': async () => {
    const app = fastify();
    await app.register(webhookRoute, { path: '/webhooks', receiver, onPayload: take });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    return { url: `${url}/webhooks`, close: () => app.close() };
  },
  Nest: async () => {
    @Controller('webhooks')
    class WebhooksController {
      @Post()
      @HttpCode(204)
      @UseGuards(webhookGuard(receiver))
      receive(@Webhook() payload: Payload) {
        take(payload);
      }
    }
    @Module({ controllers: [WebhooksController] })
    class AppModule {}
    const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), {
      rawBody: true,
      logger: false,
    });
    await app.listen(0, '127.0.0.1');
    return { url: `${await app.getUrl()}/webhooks`, close: () => app.close() };
  },
};

describe.each(Object.entries(frameworks))('%s', (_name, start) => {
  let app: App;

  beforeAll(async () => {
    app = await start();
  });
  afterAll(() => app.close());
  beforeEach(() => received.splice(0));

  const post = async (body: string, headers: Readonly<Record<string, string>>) =>
    (await fetch(app.url, { method: 'POST', body, headers })).status;

  it('hands a genuine webhook to the handler once, and confirms a duplicate without it', async () => {
    const { body, headers } = await sampleWebhook('run_failed', { secret });
    expect(await post(body, headers)).toBe(204);
    expect(await post(body, headers)).toBe(200);
    expect(received).toEqual([samplePayloads.run_failed]);
  });

  it('answers 400 to one that is not genuine, and does not hand it on', async () => {
    const { body, headers } = await sampleWebhook('run_failed', { secret });
    expect(await post(body.replace('901', '902'), headers)).toBe(400);
    expect(await post('', { 'content-type': 'application/json' })).toBe(400);
    expect(received).toEqual([]);
  });

  it('answers 500 where the handler fails, so that Belfry shows the failure', async () => {
    const { body, headers } = await sampleWebhook('tenant_archived', { secret });
    expect(await post(body, headers)).toBe(500);
  });
});

it('says where the mistake is when Express has parsed the body before', async () => {
  const app = express();
  const problems: string[] = [];
  app.use(express.json());
  app.post('/webhooks', webhookHandler(receiver, take));
  app.use(((error: Error, _request, response, _next) => {
    problems.push(error.message);
    response.sendStatus(500);
  }) as express.ErrorRequestHandler);
  const { url, close } = await listen(createServer(app));
  const { body, headers } = await sampleWebhook('run_failed', { secret });
  expect((await fetch(url, { method: 'POST', body, headers })).status).toBe(500);
  expect(problems).toEqual([expect.stringContaining('Mount webhookHandler before express.json()')]);
  await close();
});
