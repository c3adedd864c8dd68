/** The page: who is signed in, then the tabs. */
import { EventCatalogue, eventTypes } from '@belfry/domain';
import { useQuery } from '@tanstack/react-query';
import { sessionQuery } from './api/queries.js';
import { RequestFailure } from './api/request.js';
import type { Session } from './api/wire.js';
import { useRef } from 'react';
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
  const last = useRef<Session>(undefined);
  const isOver = error instanceof RequestFailure && error.status === 401;
  if (data !== undefined && !isOver) last.current = data;

  if (last.current === undefined) {
    if (error === null || !(error instanceof RequestFailure)) return <Loading />;
    return <SignedOut problem={error.problem} keepsChanges={false} />;
  }
  return (
    <CurrentSessionProvider value={readSession(last.current, catalogue)}>
      {isOver ? <SignedOut problem={error.problem} keepsChanges /> : null}
      <Tabs isOver={isOver} />
    </CurrentSessionProvider>
  );
}
