/**
 * The limit: webhooks straight to the endpoint, 64 at a time, nothing stored. A question is `{client, url, first,
 * count}`; the answer says when it began.
 */
import { Agent, request as httpRequest } from 'node:http';
import { Pool } from 'undici';
import { now, publishedBody, webhookBody } from '../payload.mjs';

const atATime = 64;
const headers = { 'Content-Type': 'application/json', Accept: '*/*' };

function nodeHttp(url) {
  const agent = new Agent({ keepAlive: true, maxSockets: atATime });
  const post = (body) =>
    new Promise((resolve, reject) => {
      const options = {
        agent,
        method: 'POST',
        headers: { ...headers, 'Content-Length': Buffer.byteLength(body) },
      };
      const request = httpRequest(url, options, (response) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode));
      });
      request.once('error', reject);
      request.end(body);
    });
  return { post, close: () => agent.destroy() };
}

function undici(url) {
  const { origin, pathname: path } = new URL(url);
  const pool = new Pool(origin, { connections: atATime });
  const post = async (body) => {
    const response = await pool.request({ path, method: 'POST', headers, body });
    await response.body.dump();
    return response.statusCode;
  };
  return { post, close: () => pool.close() };
}

const clients = { 'node:http': nodeHttp, undici };

async function send({ client, url, first, count }) {
  const { post, close } = clients[client](url);
  const event = JSON.parse(publishedBody(first, 1));
  let next = 0;
  const startedAt = now();
  const inTurn = async () => {
    while (next < count) {
      event.data.run_id = first + next++;
      const status = await post(webhookBody(event));
      if (status !== 204) throw new Error(`the endpoint answered ${status}`);
    }
  };
  await Promise.all(Array.from({ length: atATime }, inTurn));
  await close();
  return { startedAt };
}

process.on('message', (question) =>
  send(question).then(
    (answer) => process.send(answer),
    (error) => process.send({ error: error.message }),
  ),
);
process.once('disconnect', () => process.exit(0));
process.send({});
