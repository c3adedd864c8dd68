import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useSession } from '../access/current-session.js';
import { accountPath } from '../api/queries.js';
import { request, RequestFailure } from '../api/request.js';
import { texts } from '../texts.js';
import type { Filters } from './filters.js';
import type { Piece, RedeliverableStatus } from './redeliverable.js';

/** How far redelivering all that match has come. */
export interface RedeliveryRun {
  readonly state: 'running' | 'done' | 'stopped' | 'failed';
  /** What is still to be asked for. */
  readonly pieces: readonly Piece[];
  /** How many pieces there were. */
  readonly all: number;
  /** How many redeliveries were queued. */
  readonly queued: number;
  /** Where it failed: what the server said. */
  readonly failure: string | null;
}

/**
 * Asks for everything that matches, piece by piece: so there is something to see, and it can be stopped. The server
 * passes over what was redelivered before, so that a run that was stopped or failed is taken up where it ended.
 */
export function useRedeliveryRun(filters: Filters, status: RedeliverableStatus) {
  const { accountId } = useSession();
  const queryClient = useQueryClient();
  const [run, setRun] = useState<RedeliveryRun | null>(null);
  const isStopped = useRef(false);

  const ask = async ({ from, to }: Piece): Promise<number> => {
    const { value } = await request<{ redelivered: number }>(
      'POST',
      `${accountPath(accountId)}/deliveries/redeliver`,
      {
        status,
        ...(filters.channel === null ? {} : { channel: filters.channel }),
        ...(filters.eventType === null ? {} : { event_type: filters.eventType }),
        from: from.toISOString(),
        to: to.toISOString(),
      },
    );
    return value.redelivered;
  };
  const goOn = async (pieces: readonly Piece[], all: number, before: number) => {
    isStopped.current = false;
    let queued = before;
    const show = (state: RedeliveryRun['state'], done: number, failure: string | null = null) =>
      setRun({ state, pieces: pieces.slice(done), all, queued, failure });
    show('running', 0);
    for (const [index, piece] of pieces.entries()) {
      try {
        queued += await ask(piece);
      } catch (error) {
        if (!(error instanceof RequestFailure)) throw error;
        show('failed', index, error.problem?.detail ?? texts.connection.lost);
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
  const going = async (pieces: readonly Piece[], all: number, before: number) => {
    await goOn(pieces, all, before);
    await queryClient.invalidateQueries({ queryKey: ['newest-deliveries', accountId] });
  };
  return {
    run,
    begin: (pieces: readonly Piece[]) => going(pieces, pieces.length, 0),
    stop() {
      isStopped.current = true;
    },
    /** Takes up a run that was stopped or failed. */
    async resume() {
      if (run !== null && run.state !== 'running') await going(run.pieces, run.all, run.queued);
    },
  };
}
