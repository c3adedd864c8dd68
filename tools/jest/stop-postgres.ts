/** Jest's globalTeardown: stops the PostgreSQL server that start-postgres.ts started, and removes its folder. */
import { started } from './start-postgres.ts';

export default async function stopPostgres(): Promise<void> {
  await started.belfryTestPostgres?.remove();
}
