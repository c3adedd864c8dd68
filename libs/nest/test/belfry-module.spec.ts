import 'reflect-metadata';
import { ManageAccounts, PublishEvent, type Principal } from '@belfry/application';
import { defineEventType, EventCatalogue, eventTypes, idField, scopes } from '@belfry/domain';
import { createEmptyDatabase } from '@belfry/kit/databases';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { BelfryModule } from '../src/index.js';

const host: Principal = { kind: 'operator', id: 'host', accountId: null, scopes: new Set(scopes) };
const sixth = defineEventType({
  key: 'only_in_this_spec',
  name: 'Only In This Spec',
  description: 'this spec is run',
  fields: { run_id: idField('Run id', 'the run') },
  example: { run_id: 1 },
  subject: 'Run {run_id}',
  thread: 'run_id',
});

it('runs inside a host with nothing but a database, and publishes an event type that the host adds', async () => {
  const database = await createEmptyDatabase();

  @Injectable()
  class Orders {
    constructor(
      readonly accounts: ManageAccounts,
      readonly events: PublishEvent,
    ) {}
  }
  @Module({
    imports: [
      BelfryModule.forRoot({
        database: { url: database.url },
        dispatch: false,
        catalogue: new EventCatalogue([...eventTypes, sixth]),
      }),
    ],
    providers: [Orders],
  })
  class HostModule {}

  const app = await NestFactory.createApplicationContext(HostModule, { logger: false, abortOnError: false });
  try {
    const orders = app.get(Orders);
    const contact = { name: 'Pat Doe', email: 'pat@acme.example.com' };
    const account = await orders.accounts.put(42, { account_name: 'Acme', primary_contact: contact }, host);
    expect(account.status).toBe('created');
    const event = { event_type: sixth.key, environment: 'production', account_id: 42, data: { run_id: 7 } };
    expect(await orders.events.publish(event, host)).toMatchObject({ status: 'accepted', deliveries: 1 });
  } finally {
    await app.close();
    await database.drop();
  }
});
