/**
 * What the operator allows beyond public endpoints. The list is the operator's own, and no customer's browser gets it. If
 * nothing else is wrong with a URL, the server is asked, and the URL is accepted until the server refuses it.
 */
import { publicDestinationsOnly, type AllowedDestinations } from '@belfry/domain';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useSession } from '../access/current-session.js';
import { urlVerdictQuery } from '../api/queries.js';
import { doubtful, endpointOf } from './doubtful-url.js';

/** What the URL that is typed, and the one that is saved, may reach. */
export function useAllowedDestinations(typed: string, saved: string | null): AllowedDestinations {
  const { accountId, may } = useSession();
  const asked = doubtful(typed);
  const verdict = useQuery({
    ...urlVerdictQuery(accountId, asked ?? ''),
    enabled: asked !== null && asked !== saved && may.changeSettings,
  });
  const isRefused = verdict.data !== undefined && verdict.data !== null;
  return useMemo(() => {
    const urls = [saved, isRefused ? null : asked].filter((url) => url !== null);
    return { ...publicDestinationsOnly, endpoints: urls.map(endpointOf) };
  }, [saved, asked, isRefused]);
}
