import type { Answer } from '@belfry/kit/rest-client';
import { MailServer } from '@belfry/kit/mail-server';
import { waitFor } from '@belfry/kit/waiting';
import { platformForThisFile } from './server.fixture.js';

let mailServer: MailServer;
beforeAll(async () => {
  mailServer = await MailServer.start();
});
const platform = platformForThisFile(() => ({ SMTP_URL: mailServer.url }));
afterAll(() => mailServer?.stop());

const data = { integration_id: 3, integration_name: 'CRM sync' };
let lastAccountId = 100;

const emailDetail = async (accountId: number): Promise<Answer['body']> => {
  const { deliveries } = (await platform.server.get(`/v1/accounts/${accountId}/deliveries?channel=email`))
    .body;
  return (await platform.server.get(`/v1/accounts/${accountId}/deliveries/${deliveries[0].delivery_id}`))
    .body;
};
const publishTo = async (email: string): Promise<number> => {
  const accountId = (lastAccountId += 1);
  await platform.server.put(`/v1/accounts/${accountId}`, {
    account_name: 'Acme',
    primary_contact: { email },
  });
  const event = { event_type: 'integration_created', environment: 'production', account_id: accountId, data };
  expect((await platform.server.post('/v1/events', event)).body.deliveries).toBe(1);
  return accountId;
};

it('a mail that is refused for good has failed, and the reply is kept', async () => {
  mailServer.refusals.set('gone@acme.example.com', [550, '5.1.1 no such mailbox']);
  const accountId = await publishTo('gone@acme.example.com');
  await platform.server.finishedDeliveries(accountId, 1);
  expect(await emailDetail(accountId)).toMatchObject({
    channel: 'email',
    destination: 'gone@acme.example.com',
    status: 'failed',
    reason: 'rejected',
    attempts: [
      {
        outcome: 'failed',
        reason: 'rejected',
        response: { status: 550, headers: {}, body: '5.1.1 no such mailbox' },
      },
    ],
  });
});

it('a mail that is refused for now is queued again, and the attempt is kept', async () => {
  mailServer.refusals.set('full@acme.example.com', [451, '4.2.2 try again later']);
  const accountId = await publishTo('full@acme.example.com');
  await waitFor(async () => (await emailDetail(accountId)).attempts.length > 0);
  expect(await emailDetail(accountId)).toMatchObject({
    status: 'queued',
    finished_at: null,
    attempts: [
      {
        outcome: 'failed',
        reason: 'temporary',
        response: { status: 451, headers: {}, body: '4.2.2 try again later' },
      },
    ],
  });
});

it('a mail that is refused because of us waits, and the reply is kept', async () => {
  mailServer.refusals.set('any@relayed.example.com', [554, '5.7.1 relay access denied']);
  const accountId = await publishTo('any@relayed.example.com');
  await waitFor(async () => (await emailDetail(accountId)).attempts.length > 0);
  expect(await emailDetail(accountId)).toMatchObject({
    status: 'queued',
    attempts: [{ outcome: 'failed', reason: 'temporary', response: { status: 554 }, detail: null }],
  });
});

it('a mail that is accepted has succeeded, with what was sent and what the server said', async () => {
  const accountId = await publishTo('fine@acme.example.com');
  await platform.server.finishedDeliveries(accountId, 1);
  const detail = await emailDetail(accountId);
  expect(detail).toMatchObject({
    status: 'succeeded',
    reason: null,
    attempts: [{ response: { status: 250 } }],
  });
  const { mail } = mailServer.mails.find(({ recipients }) => recipients.includes('fine@acme.example.com'))!;
  expect(detail.attempts[0].request.headers).toMatchObject({
    Subject: mail.subject,
    'Message-ID': mail.messageId,
  });
  expect(detail.attempts[0].request.body.trim()).toBe(mail.text!.trim());
});

it('a mail that got no answer says why, in words', async () => {
  // The last test: from here on there is no mail server.
  await mailServer.stop();
  const accountId = await publishTo('anybody@acme.example.com');
  await waitFor(async () => (await emailDetail(accountId)).attempts.length > 0);
  expect(await emailDetail(accountId)).toMatchObject({
    status: 'queued',
    attempts: [
      {
        reason: 'connection',
        response: null,
        detail: "The mail server can't be used right now: nothing listens on its port.",
      },
    ],
  });
});
