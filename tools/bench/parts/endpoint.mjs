/**
 * The endpoint that all webhooks go to. `/in` reads a webhook to its end, notes when it had arrived, and answers 204;
 * `/hang` never answers. Questions: `{expect: {first, count}}` begins a count, `{result: withinMs}` waits until it is
 * full and answers when each arrived.
 */
import { createServer } from 'node:http';
import { now, runIdOf } from '../payload.mjs';

let first = 0;
let arrivals = new Float64Array(0);
let missing = 0;
let repeated = 0;
let strangers = 0;
let bodyBytes = 0;
let whenFull = () => {};

function arrived(body) {
  const at = now();
  const place = runIdOf(body) - first;
  bodyBytes = Buffer.byteLength(body);
  if (!(place >= 0 && place < arrivals.length)) strangers += 1;
  else if (arrivals[place] > 0) repeated += 1;
  else {
    arrivals[place] = at;
    missing -= 1;
    if (missing === 0) whenFull();
  }
}

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (text) => (body += text));
  request.once('end', () => {
    if (request.url !== '/in') return;
    arrived(body);
    response.writeHead(204).end();
  });
});
server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}` }));

async function answer(question) {
  if (question.expect !== undefined) {
    first = question.expect.first;
    missing = question.expect.count;
    arrivals = new Float64Array(missing);
    repeated = 0;
    strangers = 0;
    return {};
  }
  const full = missing === 0 ? null : new Promise((resolve) => (whenFull = resolve));
  const timeout = setTimeout(whenFull, question.result);
  await full;
  clearTimeout(timeout);
  return { arrivals, missing, repeated, strangers, bodyBytes };
}
process.on('message', async (question) => process.send(await answer(question)));
process.once('disconnect', () => process.exit(0));
