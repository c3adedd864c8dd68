import {
  AccountStore,
  ApiKeyStore,
  DeliveryLog,
  DeliveryQueue,
  EventStore,
  SettingsStore,
} from '@belfry/application';
import { Test } from '@nestjs/testing';
import { createEmptyDatabase } from '@belfry/kit/databases';
import { DatabaseHealth } from './database/database-health.js';
import { PersistenceModule } from './persistence.module.js';
import { account } from './stores/events.fixture.js';
import { audit } from './stores/audit-entry.fixture.js';

describe('the persistence module', () => {
  it('migrates an empty database at start, serves every port from it, and closes it at the end', async () => {
    const { url, drop } = await createEmptyDatabase();
    const module = await Test.createTestingModule({
      imports: [PersistenceModule.forRoot({ databaseUrl: url, poolSize: 3 })],
    }).compile();
    await module.init();
    expect(await module.get(DatabaseHealth).check()).toBe(true);

    await module.get(AccountStore).put(account(42), audit);
    expect(await module.get(SettingsStore).find(42)).toMatchObject({ accountId: 42, version: 1 });
    expect(await module.get(EventStore).list(42, {}, 10)).toEqual({ items: [], next: null });
    expect(await module.get(DeliveryLog).list(42, {}, 10)).toEqual({ items: [], next: null });
    expect(await module.get(DeliveryQueue).sweep()).toEqual({ interrupted: [], requeued: [] });
    expect(await module.get(ApiKeyStore).list(null, 10)).toEqual({ items: [], next: null });
    await module.close();
    await drop();
  });
});
