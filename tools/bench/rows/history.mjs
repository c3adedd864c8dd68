/** Belfry with few and with many old deliveries: two processes on two databases, measured in turn. */
import { flood, takeRunIds, warmUp } from '../measure.mjs';
import { publishedBody, webhookBody } from '../payload.mjs';
import { insertHistory } from '../systems/belfry-history.mjs';
import { durabilityOf, startOnNewDatabase } from './belfry.mjs';

function historyRow(kind, title) {
  const systems = {};
  return {
    title,
    durable: durabilityOf[kind],
    prepare: async (bench) => {
      const payload = webhookBody(JSON.parse(publishedBody(takeRunIds(1), 1)));
      for (const [name, deliveries] of Object.entries(bench.counts.history)) {
        systems[name] = await startOnNewDatabase(bench, { kind, roles: ['all'], mailsWait: true });
        await insertHistory(systems[name].client, deliveries, payload);
        await warmUp(bench, systems[name], bench.counts.warmUpEvents);
      }
    },
    round: async (bench, number) => {
      const rates = {};
      // Who is measured first changes from round to round.
      const order = number % 2 === 0 ? ['few', 'many'] : ['many', 'few'];
      for (const name of order) {
        const { deliveriesPerSecond } = await flood(bench, systems[name], { events: bench.counts.events });
        rates[name] = deliveriesPerSecond;
      }
      return { rateFew: rates.few, rateMany: rates.many };
    },
    finish: async () => {
      for (const system of Object.values(systems)) await system.stop();
    },
  };
}

export const historyRows = {
  history: historyRow('postgres', 'Belfry, PostgreSQL, old deliveries'),
  'history-embedded': historyRow('embedded', 'Belfry, embedded database, old deliveries'),
};
