/** Does memory stay flat? Many events in one go, with their mails, on PostgreSQL; memory is read after each twentieth. */
import { flood, median } from '../measure.mjs';
import { durabilityOf, startOnNewDatabase } from './belfry.mjs';

const parts = 20;

export const longRow = {
  title: 'Belfry, PostgreSQL, many events',
  durable: durabilityOf.postgres,
  once: true,
  round: async (bench) => {
    const system = await startOnNewDatabase(bench, { kind: 'postgres', roles: ['all'], mailsWait: false });
    const memory = [];
    for (let part = 0; part < parts; part += 1) {
      await flood(bench, system, { events: bench.counts.longEvents / parts });
      await system.untilMailsRecorded();
      memory.push(system.memoryMiB());
    }
    const peak = system.peakMemoryMiB();
    await system.stop();
    const quarter = parts / 4;
    return {
      memoryMiB: peak,
      // The first quarter is left out: code is still being compiled there, and the heap grows to its working size.
      memoryEarlyMiB: median(memory.slice(quarter, 2 * quarter)),
      memoryLateMiB: median(memory.slice(-quarter)),
      memoryOverTime: memory,
    };
  },
};
