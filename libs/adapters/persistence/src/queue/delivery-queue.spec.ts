import { specifyDeliveryQueue } from '@belfry/application/conformance';
import { createTestDatabase } from '../database/database.fixture.js';
import { createEmbeddedTestDatabase } from '../embedded-database/embedded-test-database.fixture.js';
import { openQueueUnderTest } from './queue.fixture.js';

jest.setTimeout(60_000);

specifyDeliveryQueue('in PostgreSQL', async () => openQueueUnderTest(await createTestDatabase()));
specifyDeliveryQueue('in the embedded database', async () =>
  openQueueUnderTest(await createEmbeddedTestDatabase()),
);
