/** The page: who is signed in, then the tabs. */
import { EventCatalogue, eventTypes } from '@belfry/domain';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { sessionQuery } from './api/queries.js';
import { RequestFailure } from './api/request.js';
import { Loading, SignedOut } from './access/signed-out.js';
import { CurrentSessionProvider, readSession } from './access/current-session.js';
import { Tabs } from './shell/tabs.js';

const catalogue = new EventCatalogue(eventTypes);

export function App() {
  const { data, error } = useQuery({
    ...sessionQuery,
    // The session ends by itself, and is ended by the platform: looked at whenever somebody comes back.
    refetchOnWindowFocus: 'always',
  });
  const isOver = error instanceof RequestFailure && error.status === 401;
  const session = useMemo(() => (data === undefined ? null : readSession(data, catalogue)), [data]);

  // A session that is over is kept beside its error: the page stays as it is.
  if (session === null) {
    if (error === null || !(error instanceof RequestFailure)) return <Loading />;
    return <SignedOut problem={error.problem} keepsChanges={false} />;
  }
  return (
    <CurrentSessionProvider value={session}>
      {isOver ? <SignedOut problem={error.problem} keepsChanges /> : null}
      <Tabs isOver={isOver} />
    </CurrentSessionProvider>
  );
}
