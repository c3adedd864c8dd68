/** Shown to someone without a session for the account of the tab: how to get one, in plain words. */
import type { SignedInAccount } from '@belfry/contract';
import type { PageProblem } from '../api/request.js';
import { Button, Modal, Skeleton, Stack } from '@mantine/core';
import { useEffect } from 'react';
import { Alone } from '../display/alone.js';
import { addressFor, addressWith, useAddress } from '../shell/address.js';
import { onThisHost } from '../shell/base-path.js';
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
 * `accountName` is given if the page was in use: then it stays open, and unsaved changes are not lost. If the platform
 * names a place that makes new links, the browser goes there, unless something would be lost or the browser is signed in
 * to other accounts. That place is told where in the page someone wanted to go.
 */
export function SignedOut({
  problem,
  accountName = null,
}: {
  problem: PageProblem | null;
  accountName?: string | null;
}) {
  const { path, search, accountId } = useAddress();
  const { access } = texts;
  const others = problem?.other_sessions ?? [];
  const linkWasUsed = search.get('link') === 'used';
  const isDoubled = problem?.type === '/problems/doubled-session';
  const keepsChanges = accountName !== null;
  const refreshUrl = isDoubled ? null : withWish(problem?.refresh_url, accountId, addressWith(path, search));
  const goes = refreshUrl !== null && !keepsChanges && !linkWasUsed && others.length === 0;
  useEffect(() => {
    if (goes) window.location.assign(refreshUrl);
  }, [goes, refreshUrl]);
  if (goes) return <Loading />;

  const isChoice = accountId === null && others.length > 1 && !linkWasUsed;
  const title = isDoubled
    ? access.doubledTitle
    : linkWasUsed
      ? access.linkUsedTitle
      : isChoice
        ? access.chooseTitle
        : access.signedOutTitle;
  const text = isDoubled
    ? problem.detail
    : linkWasUsed
      ? access.linkUsed
      : isChoice
        ? access.choose
        : keepsChanges
          ? access.signedOutOf(accountName)
          : access.signedOut;
  const content = (
    <>
      {keepsChanges ? <p>{access.leavePrompt}</p> : null}
      {problem?.portal_link_command === undefined || linkWasUsed ? null : (
        <p>
          {access.development} <code>{problem.portal_link_command}</code>
        </p>
      )}
      <OtherAccounts accounts={others} isChoice={isChoice} opensTab={keepsChanges} />
      {refreshUrl === null || isChoice ? null : (
        <Button component="a" href={refreshUrl} target={keepsChanges ? '_blank' : undefined} rel="noreferrer">
          {access.renew}
        </Button>
      )}
    </>
  );
  if (keepsChanges) {
    return (
      <Modal opened onClose={() => undefined} withCloseButton={false} closeOnEscape={false} title={title}>
        <Stack align="start" gap={16}>
          <p>{text}</p>
          {content}
        </Stack>
      </Modal>
    );
  }
  return (
    <Alone title={title} text={text}>
      {content}
    </Alone>
  );
}

/** The accounts that this browser is signed in to, each with a link to its page. */
function OtherAccounts({
  accounts,
  isChoice,
  opensTab,
}: {
  accounts: readonly SignedInAccount[];
  isChoice: boolean;
  opensTab: boolean;
}) {
  if (accounts.length === 0) return null;
  return (
    <>
      {isChoice ? null : <p>{texts.access.others}</p>}
      <Stack component="ul" gap={8}>
        {accounts.map(({ account_id, account_name }) => (
          <li key={account_id}>
            <a
              href={onThisHost(addressFor('/', account_id))}
              target={opensTab ? '_blank' : undefined}
              rel="noreferrer"
            >
              {texts.access.account(account_name, account_id)}
            </a>
          </li>
        ))}
      </Stack>
    </>
  );
}

/** Where the platform makes a new link, with the account and the address that someone wanted to open. */
function withWish(
  refreshUrl: string | null | undefined,
  accountId: number | null,
  address: string,
): string | null {
  if (refreshUrl === null || refreshUrl === undefined) return null;
  const url = new URL(refreshUrl);
  if (accountId !== null) url.searchParams.set('account_id', String(accountId));
  if (address !== '/') url.searchParams.set('to', address);
  return url.href;
}

/** After signing out. */
export function Gone() {
  return <Alone title={texts.access.goneTitle} text={texts.access.gone} />;
}
