/**
 * Starts the built API as a newcomer does (embedded database, nothing else), follows what it prints, publishes an event,
 * and waits for the webhook and the mails. Says what it saw; exits 1 if anything is missing.
 */
import { BelfryProcess } from '@belfry/kit/belfry-process';
import { waitFor } from '@belfry/kit/waiting';

const api = await BelfryProcess.start({ WEBHOOK_ALLOWED_CIDRS: undefined });
try {
  await until('the API is ready', () => /Publish an event:[\s\S]+Next:/.test(api.output));
  const authorization = `Bearer ${printed(/API key \(shown only once\): (\S+)/)}`;
  const event = JSON.parse(printed(/-d '(.+)'/));
  const answer = await api.post('/v1/events', event, { authorization });
  console.log(`publish answered ${answer.status} ${JSON.stringify(answer.body)}`);
  if (answer.status !== 202) throw new Error('the event was not accepted');

  /** @param {string} path */
  const read = async (path) =>
    (await api.get(path, { accept: 'application/json', authorization: undefined })).body;
  await until('one webhook arrived', async () => (await read('/dev/endpoint')).webhooks.length === 1);
  await until('two mails arrived', async () => (await read('/dev/mailbox')).mails.length === 2);
  const path = `/v1/accounts/${event.account_id}/deliveries?event_id=${answer.body.event_id}`;
  await until('every delivery succeeded', async () => {
    /** @type {{ status: string }[]} */
    const list = (await api.get(path, { authorization })).body.deliveries;
    return list.length === 3 && list.every(({ status }) => status === 'succeeded');
  });
  if ((await api.end()) !== 0) throw new Error('the API did not stop in order');
  console.log('the API stopped in order');
} catch (error) {
  console.error(api.output);
  throw error;
} finally {
  await api.end('SIGKILL');
  await api.remove();
}

/**
 * Waits, and says that it came about.
 * @param {string} what
 * @param {() => boolean | Promise<boolean>} isSo
 */
async function until(what, isSo) {
  await waitFor(
    () => {
      if (api.hasEnded) throw new Error(`the API ended before: ${what}`);
      return isSo();
    },
    { what, withinMs: 30_000 },
  );
  console.log(what);
}

/**
 * What the API printed there.
 * @param {RegExp} pattern
 */
function printed(pattern) {
  const found = pattern.exec(api.output)?.[1];
  if (found === undefined) throw new Error(`the API printed nothing like ${pattern.source}`);
  return found;
}
