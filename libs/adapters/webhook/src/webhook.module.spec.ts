import { WebhookSender } from '@belfry/application';
import { HttpService } from '@nestjs/axios';
import { Test } from '@nestjs/testing';
import { once } from 'node:events';
import { createCertificate } from './certificates.fixture.js';
import { oneTurn, webhookTo } from './sender.fixture.js';
import { received, startEndpoint, stopEndpoints } from './raw-endpoint.fixture.js';
import { WebhookModule } from './index.js';
import { WebhookTransport } from './webhook-transport.js';

afterEach(stopEndpoints);

function createContext(options: { ca?: string } = {}) {
  const module = WebhookModule.forRoot({ timeoutMs: 5_000, version: '4.5.6', ...options });
  return Test.createTestingModule({ imports: [module] }).compile();
}

describe('WebhookModule', () => {
  it('binds WebhookSender to a sender that says the version it was given', async () => {
    const endpoint = await startEndpoint((socket) => socket.write(received));
    const context = await createContext();
    const outcome = await context.get(WebhookSender).send(webhookTo(`http://127.0.0.1:${endpoint.port}/`));
    expect(outcome.reason).toBeNull();
    expect(outcome.requestHeaders['User-Agent']).toBe('Belfry/4.5.6');
    await context.close();
  });

  it('trusts the certificates it was given', async () => {
    const certificate = await createCertificate('127.0.0.1');
    const endpoint = await startEndpoint((socket) => socket.write(received), certificate);
    const context = await createContext({ ca: certificate.cert });
    const outcome = await context.get(WebhookSender).send(webhookTo(`https://127.0.0.1:${endpoint.port}/`));
    expect(outcome.reason).toBeNull();
    await context.close();
  });

  it('closes the connections with the application, once the webhooks under way have an outcome', async () => {
    const endpoint = await startEndpoint((socket) => setTimeout(() => socket.write(received), 100));
    const context = await createContext();
    const sent = context.get(WebhookSender).send(webhookTo(`http://127.0.0.1:${endpoint.port}/`));
    while (endpoint.requests.length === 0) await oneTurn();
    await context.close();
    expect((await sent).reason).toBeNull();
    if (!endpoint.sockets[0]!.destroyed) await once(endpoint.sockets[0]!, 'close');
    expect(context.get(WebhookTransport, { strict: false }).openConnections).toBe(0);
  });

  it('carries nothing that does not come from the sender', async () => {
    const context = await createContext();
    const http = context.get(HttpService, { strict: false });
    const endpoint = await startEndpoint((socket) => socket.write(received));
    const url = `http://127.0.0.1:${endpoint.port}/`;
    await expect(http.axiosRef.post(url, '{}')).rejects.toThrow('destination');
    expect(endpoint.sockets.length).toBe(0);
    await context.close();
  });
});
