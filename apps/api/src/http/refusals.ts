/** What the API answers where a use case refuses: one line for each status that its result can have. */
import type {
  ChangeSettingsResult,
  CreateKeyResult,
  CreateLinkResult,
  EraseRecipientResult,
  PutAccountResult,
  RedeliverResult,
  SendTestWebhookResult,
} from '@belfry/application';
import { entityTag, problemDocument, type ProblemKind } from '@belfry/contract';
import { pageScopes, type Channel } from '@belfry/domain';
import { invalid, notFound, ProblemException, usedUp } from './problem.js';

type Done = 'accepted' | 'changed' | 'created' | 'erased' | 'finished' | 'queued' | 'replaced';

/** A result that says why something was not done. */
export type Refused = Exclude<
  | ChangeSettingsResult
  | CreateKeyResult
  | CreateLinkResult
  | EraseRecipientResult
  | PutAccountResult
  | RedeliverResult
  | SendTestWebhookResult,
  { readonly status: Done }
>;

/** The problem that a refusal ends its request with. */
export function refusalOf(refused: Refused): ProblemException {
  switch (refused.status) {
    case 'invalid':
      return invalid(refused.problems);
    case 'unknown_account':
      return notFound('account');
    case 'not_found':
      return notFound('delivery');
    case 'limited':
      return usedUp(limitOf('channel' in refused ? refused.channel : null), refused);
    case 'no_place':
      return usedUp(
        'There is no room for a test delivery right now: the endpoint is slow, or much is being sent',
        { retryAfterSeconds: 5 },
      );
    case 'version_mismatch':
      return versionMismatch(refused);
    case 'being_erased':
      return problem(
        'being-erased',
        'The account that had this id is still being erased. Try again in 5 s.',
        { 'Retry-After': '5' },
      );
    case 'nothing_to_hold':
      return problem(
        'forbidden',
        `Your key has none of the scopes that the page uses, so a link made with it would show nothing. Use a key with one of ${pageScopes.join(', ')}.`,
      );
    case 'primary_contact':
      return problem(
        'primary-contact',
        "This is the primary contact's address, and an account must have a primary contact. Give the account another one first.",
      );
    case 'no_endpoint':
      return problem(
        'no-endpoint',
        'The account has no webhook URL: set one in its notification settings first.',
      );
    case 'recipient_erased':
      return problem(
        'recipient-erased',
        'The address that this mail went to has been erased, so the mail cannot be sent again.',
      );
    case 'under_way':
      return problem(
        'delivery-under-way',
        'This delivery, or a redelivery of it, is under way. Wait until it has finished.',
      );
    case 'not_a_recipient':
      return problem(
        'not-a-recipient',
        'This address no longer gets mails of this event type: it is neither the primary contact nor a subscriber. Add it to the subscribers first.',
      );
  }
}

function problem(
  kind: ProblemKind,
  detail: string,
  headers?: Readonly<Record<string, string>>,
): ProblemException {
  return new ProblemException(problemDocument(kind, detail), headers);
}

function limitOf(channel: Channel | null): string {
  return channel === null
    ? 'This account has reached its limit of test deliveries per minute'
    : `This account has reached its hourly limit for redelivered ${channel === 'email' ? 'mails' : 'webhooks'}`;
}

/** A caller with an old version is given the current one. */
function versionMismatch(
  refused: Extract<Refused, { readonly status: 'version_mismatch' }>,
): ProblemException {
  const isAccount = 'account' in refused;
  const current = isAccount ? refused.account : refused.settings;
  if (current === null) {
    return problem(
      'version-mismatch',
      'There is no such account yet, so it has no version: create it without If-Match.',
    );
  }
  const detail = isAccount
    ? 'The account has changed since you read it. Read it again, and send your change with its new ETag.'
    : 'The settings have changed since you read them. Read them again, and send your change with their new ETag.';
  return problem('version-mismatch', detail, { ETag: entityTag(current.accountId, current.version) });
}
