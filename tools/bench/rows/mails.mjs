/** Belfry with a mail server that answers: webhooks and mails together, then mails alone. */
import { flood, publishOnly, warmUp } from '../measure.mjs';
import { mailAccounts } from '../systems/belfry.mjs';
import { durabilityOf, startOnNewDatabase } from './belfry.mjs';

const giveUpMs = 120_000;

async function round(bench, kind) {
  const { counts, mailSink } = bench;
  const system = await startOnNewDatabase(bench, { kind, roles: ['all'], mailsWait: false });
  await system.makeAccounts(mailAccounts, null);
  await warmUp(bench, system, counts.warmUpEvents);
  await system.untilMailsRecorded();

  const cpuBefore = system.cpuSeconds();
  await mailSink.ask({ expect: counts.events });
  const together = await flood(bench, system, { events: counts.events });
  const lastMailAt = await allMails(mailSink);
  await system.untilMailsRecorded();
  const cpuSecondsPerThousand =
    cpuBefore === null ? null : ((system.cpuSeconds() - cpuBefore) * 1000) / counts.events;

  await mailSink.ask({ expect: counts.mails });
  const { startedAt } = await publishOnly(bench, system, { events: counts.mails, accounts: mailAccounts });
  const lastAloneAt = await allMails(mailSink);
  await system.untilMailsRecorded();
  const memory = system.peakMemoryMiB();
  await system.stop();
  return {
    ...together,
    cpuSecondsPerThousand,
    memoryMiB: memory,
    mailsPerSecondBeside: (counts.events * 1000) / (lastMailAt - together.startedAt),
    mailsPerSecond: (counts.mails * 1000) / (lastAloneAt - startedAt),
  };
}

async function allMails(mailSink) {
  const { missing, lastAt } = await mailSink.ask({ result: giveUpMs });
  if (missing !== 0) throw new Error(`mails: ${missing} missing (below 0: sent twice)`);
  return lastAt;
}

export const mailRows = {
  'embedded-mail': {
    title: 'Belfry, embedded database, with its mails',
    durable: durabilityOf.embedded,
    round: (bench) => round(bench, 'embedded'),
  },
  'postgres-mail': {
    title: 'Belfry, PostgreSQL, with its mails',
    durable: durabilityOf.postgres,
    round: (bench) => round(bench, 'postgres'),
  },
};
