/** The ways of posting a webhook that are compared, all to one URL, with connections kept alive. */
import { WebhookSender } from '@belfry/application';
import { WebhookModule } from '@belfry/webhook';
import { NestFactory } from '@nestjs/core';
import axios from 'axios';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent } from 'undici';

const eventId = '01900000-0000-7000-8000-000000000000';
const headers = {
  'Content-Type': 'application/json',
  Accept: '*/*',
  'User-Agent': 'Belfry/0.0.0',
  'Webhook-Id': eventId,
};
const timeoutMs = 15_000;

function expectReceived(status) {
  if (status !== 204) throw new Error(`The endpoint answered ${status}.`);
}

function nodeHttp(url, body, connections) {
  const agent = new HttpAgent({ keepAlive: true, maxSockets: connections });
  const length = Buffer.byteLength(body);
  return {
    name: 'node:http',
    send: () =>
      new Promise((resolve, reject) => {
        const options = { agent, method: 'POST', headers: { ...headers, 'Content-Length': length } };
        const request = httpRequest(url, options, (response) => {
          response.resume();
          response.once('end', () => resolve(expectReceived(response.statusCode)));
        });
        request.once('error', reject);
        request.end(body);
      }),
    close: () => agent.destroy(),
  };
}

function undici(url, body, connections) {
  const agent = new Agent({ connections });
  return {
    name: 'undici',
    send: async () => {
      const { origin, pathname: path } = url;
      const response = await agent.request({ origin, path, method: 'POST', headers, body });
      await response.body.dump();
      expectReceived(response.statusCode);
    },
    close: () => agent.close(),
  };
}

function axiosAlone(url, body, connections) {
  const httpAgent = new HttpAgent({ keepAlive: true, maxSockets: connections });
  const options = {
    headers,
    httpAgent,
    proxy: false,
    maxRedirects: 0,
    validateStatus: null,
    timeout: timeoutMs,
  };
  return {
    name: 'axios, its own transport',
    send: async () => expectReceived((await axios.post(url.href, body, options)).status),
    close: () => httpAgent.destroy(),
  };
}

async function webhookSender(url, body) {
  const context = await NestFactory.createApplicationContext(
    WebhookModule.forRoot({ timeoutMs, version: '0.0.0' }),
    { logger: false },
  );
  const sender = context.get(WebhookSender);
  const allowed = { hosts: new Set(), cidrs: ['127.0.0.0/8'], endpoints: [] };
  const webhook = { url: url.href, body, eventId, allowed };
  return {
    name: 'WebhookSender: HttpService over our connections',
    send: async () => {
      const { reason } = await sender.send(webhook);
      if (reason !== null) throw new Error(`The webhook failed: ${reason}.`);
    },
    close: () => context.close(),
  };
}

/** All of them; `connections` at most are opened by each. */
export async function openTransports(url, body, connections) {
  return [
    nodeHttp(url, body, connections),
    undici(url, body, connections),
    axiosAlone(url, body, connections),
    await webhookSender(url, body),
  ];
}
