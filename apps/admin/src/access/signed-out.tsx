/** What is shown to somebody who has no session: where to get one, in plain words. */
import { Button, Modal, Skeleton } from '@mantine/core';
import { useEffect } from 'react';
import type { ProblemDocument } from '../api/wire.js';
import { useAddress } from '../shell/address.js';
import { texts } from '../texts.js';

/** The page before it knows who is there. */
export function Loading() {
  return (
    <main className="page" aria-busy="true">
      <h1 className="visually-hidden">{texts.title}</h1>
      <p className="visually-hidden">{texts.access.loading}</p>
      <Skeleton height={28} width={260} mb={28} />
      <Skeleton height={20} width="60%" mb={32} />
      <Skeleton height={240} />
    </main>
  );
}

/**
 * `keepsChanges` is true where the page was in use: it stays where it is, and what was not saved is not lost. Where the
 * platform names a place that makes new links, the browser goes there by itself, unless something would be lost.
 */
export function SignedOut({
  problem,
  keepsChanges,
}: {
  problem: ProblemDocument | null;
  keepsChanges: boolean;
}) {
  const { search } = useAddress();
  const linkWasUsed = search.get('link') === 'used';
  const refreshUrl = problem?.refresh_url ?? null;
  const goes = refreshUrl !== null && !keepsChanges && !linkWasUsed;
  useEffect(() => {
    if (goes) window.location.assign(refreshUrl);
  }, [goes, refreshUrl]);
  if (goes) return <Loading />;

  const { access } = texts;
  const title = linkWasUsed ? access.linkUsedTitle : access.signedOutTitle;
  const content = (
    <>
      <p>{linkWasUsed ? access.linkUsed : access.signedOut}</p>
      {keepsChanges ? <p>{access.leavePrompt}</p> : null}
      {refreshUrl === null ? null : (
        <Button component="a" href={refreshUrl} target={keepsChanges ? '_blank' : undefined} rel="noreferrer">
          {access.renew}
        </Button>
      )}
    </>
  );
  if (keepsChanges) {
    return (
      <Modal opened onClose={() => undefined} withCloseButton={false} closeOnEscape={false} title={title}>
        {content}
      </Modal>
    );
  }
  return (
    <main className="alone">
      <span className="alone-sign" aria-hidden="true" />
      <h1>{title}</h1>
      {content}
    </main>
  );
}

/** After signing out. */
export function Gone() {
  return (
    <main className="alone">
      <span className="alone-sign" aria-hidden="true" />
      <h1>{texts.access.goneTitle}</h1>
      <p>{texts.access.gone}</p>
    </main>
  );
}
