/** The command's flags, and how much each measurement does. */
import { parseArgs } from 'node:util';

export const usage = `npm run bench -- [flags]

  --quick          small counts and one run: about a minute, to see that everything works
  --runs 3         how often each row is measured; the table shows medians
  --only row,row   these rows alone
  --long           also 200,000 events in one go: does memory stay flat?
  --retention      also ten million old deliveries, of which the retention deletes a fifth meanwhile: half an hour
  --profile        also CPU profiles of Belfry on PostgreSQL, with the top functions by their own time
`;

const full = {
  rawPosts: 10_000,
  events: 10_000,
  /** The systems around a job queue are slower: half the events take them longer than the others. */
  jobQueueEvents: 3_000,
  warmUpEvents: 12_000,
  steadySeconds: 10,
  halfRateSeconds: 4,
  stuck: 500,
  besideSeconds: 5,
  mails: 3_000,
  history: { few: 1_000, many: 1_000_000 },
  longEvents: 200_000,
  retentionDeliveries: 10_000_000,
};

const quick = {
  ...full,
  rawPosts: 3_000,
  events: 1_000,
  jobQueueEvents: 400,
  warmUpEvents: 300,
  steadySeconds: 1,
  halfRateSeconds: 0.5,
  besideSeconds: 1,
  mails: 400,
  history: { few: 1_000, many: 20_000 },
  longEvents: 20_000,
  retentionDeliveries: 100_000,
};

/** Reads the flags. Throws, with a sentence for a person, where one is wrong. */
export function readOptions(rowNames) {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      runs: { type: 'string' },
      only: { type: 'string' },
      long: { type: 'boolean', default: false },
      retention: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const runs = values.runs ?? (values.quick ? '1' : '3');
  if (!/^[1-9]\d?$/.test(runs)) throw new Error('--runs must be a whole number from 1 to 99');
  const optional = {
    long: values.long,
    retention: values.retention,
    profile: values.profile,
    'profile-mail': values.profile,
  };
  const rows = values.only?.split(',') ?? rowNames.filter((name) => optional[name] ?? true);
  const unknown = rows.filter((name) => !rowNames.includes(name));
  if (unknown.length > 0)
    throw new Error(`--only: there is no row ${unknown.join(', ')}; the rows are ${rowNames.join(', ')}`);
  return {
    help: values.help,
    quick: values.quick,
    runs: Number(runs),
    rows,
    counts: values.quick ? quick : full,
  };
}
