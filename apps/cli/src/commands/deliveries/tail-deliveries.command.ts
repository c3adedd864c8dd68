import { AccountStore, DeliveryLog, type DeliverySummary } from '@belfry/application';
import { channels, platformCatalogue, type Channel } from '@belfry/domain';
import { Option, SubCommand } from 'nest-commander';
import { notFound } from '../../failure.js';
import { readAccountId, readWord } from '../../input/values.js';
import { untilNobodyListens } from '../../output/until-nobody-listens.js';
import { BelfryCommand, type JsonOption } from '../belfry-command.js';
import { channelOption, eventTypeOption } from './delivery-options.js';
import { FinishedDeliveries } from './finished-deliveries.js';
import { finishedLine } from './finished-line.js';

const pollMs = 1_000;
const ends = ['succeeded', 'failed', 'interrupted'] as const;

interface TailOptions extends JsonOption {
  readonly status?: (typeof ends)[number];
  readonly channel?: Channel;
  readonly eventType?: string;
}

/** Shows deliveries as they finish. */
@SubCommand({
  name: 'tail',
  arguments: '<account>',
  description: 'show the deliveries of an account as they finish; Ctrl-C ends it',
  argsDescription: { account: "the account's id" },
})
export class TailDeliveriesCommand extends BelfryCommand {
  protected readonly examples = [
    'belfry deliveries tail 42',
    'belfry deliveries tail 42 --status failed --json | tee failed.ndjson',
  ];
  protected override readonly details =
    'With the embedded database, start the API first: whoever opens it first keeps it, and an API does not join.';

  async run([id]: string[], options: TailOptions): Promise<void> {
    const stopped = untilNobodyListens();
    const accountId = readAccountId(id);
    const { app, composition } = await this.workplace.open();
    if ((await app.get(AccountStore).find(accountId)) === null) throw notFound('account');
    const watched = new FinishedDeliveries(app.get(DeliveryLog), accountId);
    await watched.begin();
    this.output.remark('Looking for deliveries that finish, once a second. Ctrl-C ends it.');
    while (await goesOn(stopped)) {
      for (const delivery of await watched.look()) {
        if (!isWanted(delivery, options)) continue;
        this.output.showNext(options, composition.deliveryOnTheWire(delivery, 'platform'), () =>
          finishedLine(delivery),
        );
      }
    }
  }

  @Option({
    flags: '--status <status>',
    description: 'only those that end with this status',
    choices: [...ends],
  })
  readStatus(text: string) {
    return readWord(text, ends);
  }

  @Option(channelOption)
  readChannel(text: string) {
    return readWord(text, channels);
  }

  @Option(eventTypeOption)
  readEventType(text: string): string {
    return readWord(text, platformCatalogue.keys);
  }
}

function isWanted(delivery: DeliverySummary, { status, channel, eventType }: TailOptions): boolean {
  return (
    (status === undefined || delivery.status === status) &&
    (channel === undefined || delivery.channel === channel) &&
    (eventType === undefined || delivery.eventType === eventType)
  );
}

/** True when it is time to look again, false when nobody listens any more. */
async function goesOn(stopped: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const nextLook = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(true), pollMs);
  });
  const answer = await Promise.race([nextLook, stopped.then(() => false)]);
  clearTimeout(timer);
  return answer;
}
