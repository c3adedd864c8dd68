/**
 * The rows. Each has a title, may have a `prepare` (once, before the first round), measures one round by `round`, and
 * has a `finish` where it prepared something. A row that can't be measured here says why by `missing`.
 */
import { belfryRows } from './belfry.mjs';
import { historyRows } from './history.mjs';
import { jobQueueRows } from './job-queues.mjs';
import { longRow } from './long.mjs';
import { mailRows } from './mails.mjs';
import { profileRows } from './profile.mjs';
import { retentionRow } from './retention.mjs';
import { raw } from '../measure.mjs';

const rawRows = Object.fromEntries(
  ['node:http', 'undici'].map((client) => [
    client === 'undici' ? 'raw-undici' : 'raw-http',
    {
      title: `raw limit: ${client}, 64 at a time`,
      durable: 'nothing',
      round: (bench) => raw(bench, client, bench.counts.rawPosts),
    },
  ]),
);

export const rows = {
  ...rawRows,
  ...jobQueueRows,
  ...belfryRows,
  ...mailRows,
  ...historyRows,
  long: longRow,
  retention: retentionRow,
  ...profileRows,
};
