import {
  eventTypes,
  platformCatalogue,
  samplePayload,
  type EventTypeKey,
  type PayloadOf,
} from '@belfry/domain';
import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { Webhook as OtherImplementation } from 'standardwebhooks';
import { createReceiver, VerificationError, type Payload, type ReceiverOptions } from './index.js';
import { samplePayloads, sampleWebhook } from './testing.js';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const newerSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

const codeOf = (verified: Promise<unknown>) =>
  verified.then(
    () => 'genuine',
    (error: unknown) => (error instanceof VerificationError ? error.code : error),
  );

describe('signed webhooks', () => {
  const receiver = createReceiver({ secrets: [newerSecret, secret] });

  it('of every event type are taken as another implementation signs them, and the other way round', async () => {
    for (const { key } of eventTypes) {
      const { headers, body } = await sampleWebhook(key, { secret });
      expect(new OtherImplementation(secret).verify(body, headers)).toEqual(samplePayloads[key]);
      const at = new Date();
      const signed = {
        'Webhook-Id': 'msg_1',
        'Webhook-Timestamp': String(Math.floor(at.getTime() / 1_000)),
        'Webhook-Signature': new OtherImplementation(secret).sign('msg_1', at, body),
      };
      expect(await receiver.verify(body, signed)).toEqual(samplePayloads[key]);
    }
  });

  it('are taken by each live secret, and by none that is not', async () => {
    const { headers, body } = await sampleWebhook('run_failed', { secret: newerSecret });
    expect(await codeOf(receiver.verify(body, headers))).toBe('genuine');
    expect(await codeOf(createReceiver({ secrets: [secret] }).verify(body, headers))).toBe('bad_signature');
    const both = `v1a,x ${headers['webhook-signature']} v1,AAAA`;
    expect(await codeOf(receiver.verify(body, { ...headers, 'webhook-signature': both }))).toBe('genuine');
  });

  it('are refused where any byte of body, id, time or signature was changed', async () => {
    const { headers, body } = await sampleWebhook('tenant_created', { secret });
    const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('body', ...names), fc.nat(), async (part, place) => {
        const text = part === 'body' ? body : headers[part]!;
        const at = place % text.length;
        // The last signs of Base64 may stand for the same bytes, and the first two say the version.
        fc.pre(part !== 'webhook-signature' || (at > 2 && at < text.length - 2));
        const changed = text.slice(0, at) + (text[at] === '7' ? '8' : '7') + text.slice(at + 1);
        const verified =
          part === 'body'
            ? receiver.verify(changed, headers)
            : receiver.verify(body, { ...headers, [part]: changed });
        expect(await codeOf(verified)).toBe('bad_signature');
      }),
    );
  });

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])(
    'without %s are refused',
    async (name) => {
      const { headers, body } = await sampleWebhook('run_failed', { secret });
      expect(await codeOf(receiver.verify(body, { ...headers, [name]: undefined }))).toBe('missing_header');
      expect(await codeOf(receiver.verify(body, { ...headers, [name]: '' }))).toBe('missing_header');
    },
  );

  it.each([
    [-299, 'genuine'],
    [-301, 'too_old'],
    [299, 'genuine'],
    [302, 'too_old'],
  ])('signed %d s from now are %s', async (seconds, verdict) => {
    const at = new Date(Date.now() + seconds * 1_000);
    const { headers, body } = await sampleWebhook('run_failed', { secret, at });
    expect(await codeOf(receiver.verify(body, headers))).toBe(verdict);
  });

  it('with a time that is no number are refused, although the signature fits', async () => {
    const { body } = await sampleWebhook('run_failed', { secret });
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const signature = createHmac('sha256', key).update(`1.now.${body}`).digest('base64');
    const headers = new Headers({
      'webhook-id': '1',
      'webhook-timestamp': 'now',
      'webhook-signature': `v1,${signature}`,
    });
    expect(await codeOf(receiver.verify(body, headers))).toBe('too_old');
  });

  it('are read from bytes and from text alike, with headers as fetch and as Node have them', async () => {
    const { headers, body } = await sampleWebhook('run_failed', { secret });
    const bytes = new TextEncoder().encode(body);
    const bodies = [body, bytes, bytes.buffer, Buffer.concat([Buffer.from('x'), bytes]).subarray(1)];
    for (const one of bodies)
      for (const form of [
        headers,
        new Headers(headers),
        { ...headers, 'webhook-id': [headers['webhook-id']!] },
      ])
        expect(await codeOf(receiver.verify(one, form))).toBe('genuine');
  });
});

describe('unsigned webhooks', () => {
  const receiver = createReceiver({ token: { parameter: 'token', value: 's3cret+/= ü' } });

  it('are taken with the token in the query of their URL', async () => {
    const { headers, body } = await sampleWebhook('tenant_archived');
    const query = new URLSearchParams({ token: 's3cret+/= ü' });
    for (const url of [
      `/in?${query}`,
      `https://hooks.example.com/in?a=b&${query}`,
      new URL(`https://a.co/?${query}`),
    ])
      expect(await receiver.verify(body, headers, url)).toEqual(samplePayloads.tenant_archived);
  });

  it.each([
    '/in',
    '/in?token=',
    '/in?token=s3cret',
    '/in?TOKEN=s3cret%2B%2F%3D%20%C3%BC',
    '/in#token=s3cret',
  ])('are refused at %s', async (url) => {
    const { headers, body } = await sampleWebhook('run_failed');
    expect(await codeOf(receiver.verify(body, headers, url))).toBe('bad_token');
  });

  it('cannot be judged without the URL, and the error says so', async () => {
    await expect(receiver.verify('{}', {})).rejects.toThrow('third argument');
  });
});

describe('of genuine webhooks', () => {
  const token = { parameter: 'token', value: 'x' };

  it.each(['', 'text', '[]', 'null', '"run_failed"', '{}', '{"event_type":1}', '{"event_type":"run_failed"'])(
    'the body %j is refused as not_json',
    async (body) => {
      expect(await codeOf(createReceiver({ token }).verify(body, {}, '/?token=x'))).toBe('not_json');
    },
  );

  it('bytes that are not UTF-8 are refused as not_json', async () => {
    const body = Buffer.from('7b226576656e745f74797065223a22ff227d', 'hex');
    expect(await codeOf(createReceiver({ token }).verify(body, {}, '/?token=x'))).toBe('not_json');
  });

  it('an event type that this version does not know passes', async () => {
    const body = '{"event_type":"from_the_future","more":1}';
    expect(await createReceiver({ token }).verify(body, {}, '/?token=x')).toEqual({
      event_type: 'from_the_future',
      more: 1,
    });
  });

  it('one that was handled before is a duplicate; one that is not genuine is never asked about', async () => {
    const asked: string[] = [];
    const isDuplicate = async (id: string) => asked.push(id) > 1;
    const receiver = createReceiver({ token, isDuplicate });
    const { headers, body } = await sampleWebhook('run_failed', { webhookId: 'event-1' });
    expect(await codeOf(receiver.verify(body, headers, '/?token=wrong'))).toBe('bad_token');
    expect(await codeOf(receiver.verify(body, headers, '/?token=x'))).toBe('genuine');
    expect(await codeOf(receiver.verify(body, headers, '/?token=x'))).toBe('duplicate');
    expect(asked).toEqual(['event-1', 'event-1']);
  });
});

it.each<[string, object]>([
  ['neither way', {}],
  ['both ways', { secrets: [secret], token: { parameter: 'token', value: 'x' } }],
  ['no secret', { secrets: [] }],
  ['a secret without its prefix', { secrets: ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'] }],
  ['a secret that is not Base64', { secrets: ['whsec_ü'] }],
  ['a secret cut off behind its prefix', { secrets: ['whsec_'] }],
  ['an empty token', { token: { parameter: 'token', value: '' } }],
])('a receiver with %s cannot be made', (_what, options) => {
  expect(() => createReceiver(options as ReceiverOptions)).toThrow(TypeError);
});

it("types payloads as the domain's catalogue does, field by field", () => {
  type Ours = { [Key in Payload['event_type']]: Extract<Payload, { event_type: Key }> };
  type Domains = { [Key in EventTypeKey]: PayloadOf<Key> };
  const areTheSame: [Ours, Domains] extends [Domains, Ours] ? true : never = true;
  expect(areTheSame).toBe(true);
  expect(Object.keys(samplePayloads)).toEqual(eventTypes.map(({ key }) => key));
  const sites = { admin: 'https://app.example.com', api: 'https://api.example.com' };
  for (const type of eventTypes)
    expect(samplePayloads[type.key]).toEqual(samplePayload(type, platformCatalogue, sites));
});
