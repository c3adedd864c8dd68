/** What `belfry doctor` finds out about an API over HTTP. */
import type { Client } from '@belfry/contract';
import type { ApiAccess } from '../backend/http.js';
import { describe, Refusal } from '../failure.js';
import { ok, wrong, type Finding } from './doctor-checks.js';

/** Whether the API answers and can do its work, and whether it takes the key. */
export async function checkApi(access: ApiAccess): Promise<readonly Finding[]> {
  const { connect } = await import('../backend/http.js');
  const belfry = connect(access);
  return [await checkReady(belfry, access.url.name), await checkKey(belfry, access.key.name)];
}

async function checkReady(belfry: Client, urlName: string): Promise<Finding> {
  try {
    const { status, ...parts } = await belfry.ready();
    const failing = Object.entries(parts).filter(([, state]) => state !== 'ok');
    return status === 'ok'
      ? ok('API', 'ready')
      : wrong(
          'API',
          `not ready: ${failing.map(([part, state]) => `${part} ${state}`).join(', ') || status}`,
          'run `belfry doctor` where the API runs, without --url',
        );
  } catch (error) {
    return wrong('API', reasonOf(error), `start the API, or correct ${urlName}`);
  }
}

/** Every key may list the event types. */
async function checkKey(belfry: Client, keyName: string): Promise<Finding> {
  try {
    await belfry.listEventTypes();
    return ok('API key', 'accepted');
  } catch (error) {
    return wrong('API key', reasonOf(error), `correct ${keyName}: \`belfry keys create\` makes a key`);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Refusal) return describe(error);
  throw error;
}
