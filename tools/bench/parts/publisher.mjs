/**
 * The publisher of all rows: POSTs events over 64 connections, as fast as they are answered, or at a steady rate without
 * waiting for answers. A question is `{url, headers, first, count, accounts, perSecond | null}`; the answer says when
 * each event was about to be sent and when the last one was answered.
 */
import { Pool } from 'undici';
import { now, publishedBody } from '../payload.mjs';

const connections = 64;

async function publish({ url, headers, first, count, accounts, perSecond }) {
  const { origin, pathname: path } = new URL(url);
  const pool = new Pool(origin, { connections });
  const sentAt = new Float64Array(count);
  const send = async (place) => {
    const body = publishedBody(first + place, accounts[place % accounts.length]);
    sentAt[place] = now();
    const response = await pool.request({ path, method: 'POST', headers, body });
    const text = await response.body.text();
    if (response.statusCode !== 202)
      throw new Error(`publishing was answered ${response.statusCode} ${text}`);
  };
  const startedAt = now();
  await (perSecond === null ? flood(count, send) : steadily(count, perSecond, startedAt, send));
  const answeredAt = now();
  await pool.close();
  return { startedAt, answeredAt, sentAt };
}

async function flood(count, send) {
  let next = 0;
  const inTurn = async () => {
    while (next < count) await send(next++);
  };
  await Promise.all(Array.from({ length: connections }, inTurn));
}

async function steadily(count, perSecond, startedAt, send) {
  const sent = [];
  while (sent.length < count) {
    const due = Math.min(count, Math.floor(((now() - startedAt) * perSecond) / 1000) + 1);
    while (sent.length < due) sent.push(send(sent.length));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(sent);
}

process.on('message', (question) =>
  publish(question).then(
    (answer) => process.send(answer),
    (error) => process.send({ error: error.message }),
  ),
);
process.once('disconnect', () => process.exit(0));
process.send({});
