import { RestClient } from '@belfry/kit/rest-client';
import { waitFor } from '@belfry/kit/waiting';
import { emptyDatabase } from '@belfry/kit/databases';
import { readFileSync } from 'node:fs';
import { Client } from 'pg';

/** What start-shared-servers.cjs says of a server. */
interface Started {
  readonly outputFile: string;
  readonly databaseUrl: string;
}

/** The API process that one Jest worker's files use one after the other. */
export class SharedServer extends RestClient {
  readonly databaseUrl: string;
  private readonly outputFile: string;
  /** How much of the output, in bytes, is of earlier files. */
  private outputBefore = 0;

  private constructor({ outputFile, databaseUrl }: Started) {
    super();
    this.outputFile = outputFile;
    this.databaseUrl = databaseUrl;
  }

  static ofThisWorker(): SharedServer {
    const servers = JSON.parse(process.env['BELFRY_TEST_SHARED_SERVERS']!) as Started[];
    const started = servers[Number(process.env['JEST_WORKER_ID']) - 1];
    if (started === undefined) throw new Error('there is no server for this Jest worker');
    return new SharedServer(started);
  }

  override get output(): string {
    return readFileSync(this.outputFile).subarray(this.outputBefore).toString();
  }

  /** Waits until the process is ready, and deletes whatever earlier files left in its database. */
  async empty(): Promise<void> {
    await waitFor(() => {
      // Of an API that did not start, what it said is more than that it is not ready.
      if (this.output.includes('Belfry could not start')) throw new Error(this.output);
      this.url = /Belfry is ready at (\S+)/.exec(this.output)?.[1] ?? '';
      return this.url !== '';
    });
    const client = new Client({ connectionString: this.databaseUrl });
    await client.connect();
    try {
      await client.query(`DELETE FROM deliveries WHERE status = 'queued'`);
      // What is under way ends soon: the endpoints of earlier files are gone.
      await waitFor(async () => {
        const { rowCount } = await client.query(`SELECT FROM deliveries WHERE status = 'sending' LIMIT 1`);
        return rowCount === 0;
      });
    } finally {
      await client.end();
    }
    await emptyDatabase(this.databaseUrl);
    this.outputBefore = readFileSync(this.outputFile).byteLength;
  }
}
