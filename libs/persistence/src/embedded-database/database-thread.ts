/**
 * The thread that runs PGlite and serves it on its socket. Each query holds up the thread it runs in until it is
 * answered; here that is no one who has webhooks to send or requests to answer.
 */
import { PGlite } from '@electric-sql/pglite';
import { parentPort, workerData } from 'node:worker_threads';
import { plannerSettings } from '../database/planner-settings.js';
import { serveOnSocket } from './socket-server.js';

/** What the thread is started with. */
export interface DatabaseThreadData {
  /** PGlite's own files. */
  readonly files: string;
  /** The path of the unix socket. */
  readonly socket: string;
  readonly idleInTransactionMs: number;
}

const { files, socket, idleInTransactionMs } = workerData as DatabaseThreadData;
const database = await PGlite.create({ dataDir: files, relaxedDurability: false });
// It has one session, which takes no settings from those who connect.
for (const [name, value] of Object.entries(plannerSettings)) await database.exec(`SET ${name} = ${value}`);
const server = await serveOnSocket(database, socket, idleInTransactionMs);

// The one message there is: to close.
parentPort!.once('message', () => {
  void server.close().then(() => database.close());
});
parentPort!.postMessage('ready');
