import type { Channel } from '@belfry/domain';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useSession } from '../access/current-session.js';
import { accountPath } from '../api/queries.js';
import { request, RequestFailure } from '../api/request.js';
import { failureDetail } from '../display/failure-detail.js';
import { texts } from '../texts.js';
import type { Filters } from './filters.js';
import type { Piece, RedeliverableStatus } from './redeliverable.js';

/** The state of redelivering everything that matches. */
export interface RedeliveryRun {
  readonly state: 'running' | 'done' | 'stopped' | 'failed';
  /** The pieces still to be requested. */
  readonly pieces: readonly Piece[];
  /** How many pieces there were. */
  readonly all: number;
  /** How many redeliveries were queued. */
  readonly queued: number;
  /** How many emails were left out because their addresses no longer receive that event type. */
  readonly passedOver: number;
  /** If it failed: what the server said. */
  readonly failure: string | null;
}

type Counts = Pick<RedeliveryRun, 'queued' | 'passedOver'>;

/** What the server returns for a piece. */
interface Queued {
  readonly redelivered: number;
  readonly passed_over?: number;
  /** The account's limit that stopped it. */
  readonly limited?: { readonly channel: Channel; readonly retry_after: number };
}

/**
 * Redelivers everything that matches, piece by piece, so that there is progress to see and it can be stopped. The server
 * skips what was redelivered before, so a run that was stopped or failed continues where it ended.
 */
export function useRedeliveryRun(filters: Filters, status: RedeliverableStatus) {
  const { accountId } = useSession();
  const queryClient = useQueryClient();
  const [run, setRun] = useState<RedeliveryRun | null>(null);
  const isStopped = useRef(false);

  const ask = async ({ from, to }: Piece): Promise<Queued> => {
    const { value } = await request<Queued>('POST', `${accountPath(accountId)}/deliveries/redeliver`, {
      status,
      ...(filters.channel === null ? {} : { channel: filters.channel }),
      ...(filters.eventType === null ? {} : { event_type: filters.eventType }),
      from: from.toISOString(),
      to: to.toISOString(),
    });
    return value;
  };
  const runPieces = async (pieces: readonly Piece[], all: number, before: Counts) => {
    let { queued, passedOver } = before;
    const show = (state: RedeliveryRun['state'], done: number, failure: string | null = null) =>
      setRun({ state, pieces: pieces.slice(done), all, queued, passedOver, failure });
    show('running', 0);
    for (const [index, piece] of pieces.entries()) {
      try {
        const answer = await ask(piece);
        queued += answer.redelivered;
        passedOver += answer.passed_over ?? 0;
        if (answer.limited !== undefined) {
          show(
            'failed',
            index,
            texts.redeliverMatching.limited(answer.limited.channel, answer.limited.retry_after),
          );
          return;
        }
      } catch (error) {
        if (!(error instanceof RequestFailure)) throw error;
        show('failed', index, failureDetail(error));
        return;
      }
      if (isStopped.current && index + 1 < pieces.length) {
        show('stopped', index + 1);
        return;
      }
      show('running', index + 1);
    }
    show('done', pieces.length);
  };
  const start = async (pieces: readonly Piece[], all: number, before: Counts) => {
    isStopped.current = false;
    await runPieces(pieces, all, before);
    await queryClient.invalidateQueries({ queryKey: ['newest-deliveries', accountId] });
  };
  return {
    run,
    begin: (pieces: readonly Piece[]) => start(pieces, pieces.length, { queued: 0, passedOver: 0 }),
    stop: () => {
      isStopped.current = true;
    },
    /** Continues a run that was stopped or failed. */
    resume: async () => {
      if (run !== null && run.state !== 'running') await start(run.pieces, run.all, run);
    },
  };
}
