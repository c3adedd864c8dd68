import {
  Dispatcher,
  ManageAccounts,
  ManageSettings,
  PublishEvent,
  type Principal,
} from '@belfry/application';
import { belfryOptions, readConfiguration } from '@belfry/configuration';
import { BelfryModule } from '@belfry/nest';
import { Telemetry } from '@belfry/telemetry';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { pino } from 'pino';

/** Whoever runs the test. */
export const operator: Principal = { kind: 'operator', id: 'test', accountId: null, scopes: new Set() };

/** The composition in this process, on a real database: for promises of the pipeline that need its parts in hand. */
export async function startBelfry(environment: Record<string, string>): Promise<INestApplicationContext> {
  const configuration = readConfiguration({ WEBHOOK_ALLOWED_CIDRS: '127.0.0.0/8', ...environment });
  const logger = pino({ level: 'silent' });
  const telemetry = new Telemetry(logger, { version: '1', role: 'all' });
  const module = BelfryModule.forRoot({ ...belfryOptions(configuration), telemetry });
  return NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
}

/** Ends it in order, as a signal does. */
export async function stopBelfry(belfry: INestApplicationContext | undefined): Promise<void> {
  await belfry?.get(Dispatcher).stop();
  await belfry?.close();
}

/** Makes an account whose run_failed webhooks go to `url`. */
export async function makeAccount(
  belfry: INestApplicationContext,
  accountId: number,
  url: string,
  email = `contact${accountId}@acme.example.com`,
): Promise<void> {
  const made = await belfry
    .get(ManageAccounts)
    .put(accountId, { account_name: 'Acme', primary_contact: { email } }, operator);
  const settings = { webhook_url: url, events: { run_failed: { send_webhook: true } } };
  const set = await belfry.get(ManageSettings).change(accountId, settings, 'replace', operator);
  if (made.status !== 'created' || set.status !== 'changed') throw new Error(JSON.stringify([made, set]));
}

/** Publishes a failed run; answers the event's id. */
export async function publishRun(
  belfry: INestApplicationContext,
  accountId: number,
  runId: number,
): Promise<string> {
  const result = await belfry.get(PublishEvent).publish(runFailed(accountId, runId), operator);
  if (result.status !== 'accepted') throw new Error(JSON.stringify(result));
  return result.eventId;
}

/** A failed run as a publisher sends it. */
export function runFailed(accountId: number, runId: number, environment = 'production') {
  return {
    event_type: 'run_failed',
    environment,
    account_id: accountId,
    data: {
      run_id: runId,
      run_status: 'failed',
      tenant_id: 7,
      tenant_name: 'Acme',
      integration_id: 3,
      integration_name: 'CRM sync',
    },
  };
}
