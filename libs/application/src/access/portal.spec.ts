import { TestClock } from '../ports/clock.fixture.js';
import type { PortalStore } from '../ports/portal-store.js';
import { Portal } from './portal.js';

it('a link is good for five minutes, and the session that it opens for eight hours', async () => {
  const clock = new TestClock();
  const store = {
    addLink: () => Promise.resolve(true),
    exchange: (_hash: Uint8Array, session: { readonly expiresAt: Date }) =>
      Promise.resolve({ session, link: { goesTo: null } }),
  } as unknown as PortalStore;
  const portal = new Portal(store, clock);
  const maker = {
    kind: 'key',
    id: 'key',
    accountId: null,
    scopes: new Set(['settings:read'] as const),
  } as const;
  const made = await portal.createLink(1, null, maker);
  const after = (ms: number) => new Date(clock.now().getTime() + ms);
  expect(made).toMatchObject({ status: 'created', expiresAt: after(5 * 60_000) });
  const opened = await portal.open('a secret');
  expect(opened!.session.expiresAt).toEqual(after(8 * 3_600_000));
});
