import { Command, Option } from 'nest-commander';
import { Refusal } from '../../failure.js';
import { readWholeNumber } from '../../input/values.js';
import { printable, printableJson } from '../../output/printable.js';
import { bold } from '../../output/style.js';
import { record } from '../../output/table.js';
import { untilNobodyListens } from '../../output/until-nobody-listens.js';
import { BelfryCommand, type JsonOption } from '../belfry-command.js';
import { openLocalEndpoint, type ReceivedWebhook } from './local-endpoint.js';

interface ListenOptions extends JsonOption {
  readonly port: number;
  readonly status: number;
}

/** Listens for webhooks. */
@Command({
  name: 'listen',
  description: 'run an endpoint on this machine, and show webhooks as they arrive; Ctrl-C ends it',
})
export class ListenCommand extends BelfryCommand {
  protected readonly examples = [
    'belfry listen --port 4000',
    'belfry listen --status 500 --json | tee received.ndjson',
  ];

  async run(_arguments: string[], options: ListenOptions): Promise<void> {
    const stopped = untilNobodyListens();
    const endpoint = await openLocalEndpoint(options.port, options.status, (webhook) =>
      this.output.showNext(options, webhook, () => webhookText(webhook)),
    ).catch((error: NodeJS.ErrnoException) => {
      throw new Refusal(`can't listen on port ${options.port}: ${error.code ?? error.message}`);
    });
    const address = `127.0.0.1:${endpoint.port}`;
    this.output.remark(
      [
        `Listening on http://${address}/ and answering ${options.status}. Ctrl-C ends it.`,
        `  belfry settings set <account> --webhook-url http://${address}/ --on all`,
        `This address is not public: set WEBHOOK_ALLOWED_HOSTS=${address} for the API, and for the command above.`,
      ].join('\n'),
    );
    await stopped;
    await endpoint.close();
  }

  @Option({
    flags: '--port <port>',
    description: 'where to listen on 127.0.0.1; 0 takes any free port',
    defaultValue: 4000,
  })
  readPort(text: string): number {
    return readWholeNumber(text, 0, 65_535);
  }

  @Option({ flags: '--status <status>', description: 'the HTTP status to answer', defaultValue: 200 })
  readStatus(text: string): number {
    return readWholeNumber(text, 200, 599);
  }
}

function webhookText({ received_at, method, path, headers, body }: ReceivedWebhook): string {
  const text = typeof body === 'string' ? printable(body, true) : printableJson(body, 2);
  return [
    bold(printable(`${received_at.toISOString()} ${method} ${path}`)),
    record(Object.entries(headers)),
    '',
    text,
    '',
  ].join('\n');
}
