/** The page: whose tab this is, who is signed in, then the tabs. */
import { EventCatalogue, eventTypes } from '@belfry/domain';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { sessionQuery } from './api/queries.js';
import { RequestFailure } from './api/request.js';
import { FirstFailure } from './access/first-failure.js';
import { Opening } from './access/opening.js';
import { Loading, SignedOut } from './access/signed-out.js';
import { CurrentSessionProvider, readSession } from './access/current-session.js';
import { nameAccount, useAddress } from './shell/address.js';
import { Tabs } from './shell/tabs.js';

const catalogue = new EventCatalogue(eventTypes);

/** `linkSecret` is the secret of a portal link that must be opened first. */
export function App({ linkSecret }: { linkSecret: string | null }) {
  return linkSecret === null ? <SignedIn /> : <Opening secret={linkSecret} />;
}

function SignedIn() {
  const { accountId } = useAddress();
  const queryClient = useQueryClient();
  const asked = useQuery({
    ...sessionQuery(accountId),
    // A session expires, and the platform can end it: it is checked whenever someone comes back to the page.
    refetchOnWindowFocus: 'always',
  });
  const { data, error } = asked;
  const session = useMemo(() => (data === undefined ? null : readSession(data, catalogue)), [data]);

  // From now on the tab is this account's, whatever else this browser is signed in for.
  useEffect(() => {
    if (accountId !== null || data === undefined) return;
    queryClient.setQueryData(sessionQuery(data.account_id).queryKey, data);
    nameAccount(data.account_id);
  }, [accountId, data, queryClient]);

  const isOver = error instanceof RequestFailure && error.status === 401;
  // When the session is over, the page stays as it is.
  if (session === null) {
    if (isOver) return <SignedOut problem={error.problem} />;
    const failure = error ?? asked.failureReason;
    if (failure === null) return <Loading />;
    return <FirstFailure error={failure} isTrying={error === null} onRetry={() => void asked.refetch()} />;
  }
  if (accountId === null) return <Loading />;
  return (
    // Whatever the page remembers about an account goes with it.
    <CurrentSessionProvider key={session.accountId} value={session}>
      {isOver ? <SignedOut problem={error.problem} accountName={session.accountName} /> : null}
      <Tabs isOver={isOver} />
    </CurrentSessionProvider>
  );
}
