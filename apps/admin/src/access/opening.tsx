/**
 * A portal link that another site led the browser to. The page opens it, not the server, so that the browser sends the sessions
 * it has, and someone who works in one account is not led into another without being asked.
 */
import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { request, RequestFailure } from '../api/request.js';
import { Alone } from '../display/alone.js';
import { addressFor } from '../shell/address.js';
import { onThisHost } from '../shell/base-path.js';
import { texts } from '../texts.js';
import { FirstFailure } from './first-failure.js';
import { Loading, SignedOut } from './signed-out.js';

const mark = '#open=';

/** Takes the secret of a link out of the address bar, where there is one. */
export function takeLinkSecret(): string | null {
  const { hash } = window.location;
  if (!hash.startsWith(mark)) return null;
  window.history.replaceState(null, '', onThisHost('/'));
  return hash.slice(mark.length);
}

export function Opening({ secret }: { secret: string }) {
  const [wasAsked, setAsked] = useState(false);
  // A query, not a mutation: it starts with the page, and must not be sent twice.
  const opening = useQuery({
    queryKey: ['opening', secret, wasAsked],
    queryFn: async () => {
      const path = `/portal/${encodeURIComponent(secret)}${wasAsked ? '?continue=true' : ''}`;
      const { value } = await request<{ location: string }>('POST', path);
      window.location.replace(value.location);
      return value;
    },
    staleTime: Infinity,
    retry: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const { error } = opening;
  if (error === null) return <Loading />;
  if (error instanceof RequestFailure && error.status === 404) return <LinkUsed />;
  const { problem } = error instanceof RequestFailure ? error : { problem: null };
  if (problem?.type === '/problems/doubled-session') return <SignedOut problem={problem} />;
  if (problem?.type !== '/problems/other-session') {
    return <FirstFailure error={error} isTrying={false} onRetry={() => void opening.refetch()} />;
  }
  const { access } = texts;
  const others = (problem.other_sessions ?? []).map(({ account_name }) => account_name);
  const [first] = problem.other_sessions ?? [];
  return (
    <Alone
      title={access.continueAs(problem.account_name ?? '')}
      text={access.continueLead(others, problem.account_name ?? '', problem.account_id ?? 0)}
    >
      <Group justify="center">
        {first === undefined ? null : (
          <Button variant="default" component="a" href={onThisHost(addressFor('/', first.account_id))}>
            {access.stay(first.account_name)}
          </Button>
        )}
        <Button onClick={() => setAsked(true)}>{access.continue(problem.account_name ?? '')}</Button>
      </Group>
    </Alone>
  );
}

function LinkUsed() {
  return <Alone title={texts.access.linkUsedTitle} text={texts.access.linkUsed} />;
}
