/** The way of an admin to the page: links, and the sessions that they open. */
import { nameText, pageScopes, platformId, readPagePath } from '@belfry/domain';
import { z } from 'zod';
import { answerOf } from './answer.js';
import { body, count, scope, time } from './fields.js';
import { ProblemDocument } from './problem.js';
import { route } from './route.js';

const pagePath = z
  .unknown()
  .transform((input, context) => {
    const read = readPagePath(input);
    if (read.ok) return read.value;
    context.addIssue({ code: 'custom', message: read.problems[0]!.message });
    return z.NEVER;
  })
  .meta({
    type: 'string',
    description: 'A path of the page that the link leads to, such as /deliveries?status=failed.',
  });

/** A portal link that is wanted. */
export const PortalLinkInput = body(
  {
    to: pagePath.nullish(),
  },
  'must be an object, or left out',
).meta({ id: 'PortalLinkInput' });
export type PortalLinkInput = z.input<typeof PortalLinkInput>;

/** A link that opens the admin page, once. */
export const PortalLink = z
  .object({ url: z.string().meta({ format: 'uri' }), expires_at: time })
  .meta({ id: 'PortalLink' });
export type PortalLink = z.infer<typeof PortalLink>;

/** The answer of a link that was just made: its secret is in the URL. */
export function portalLinkAnswer(
  publicUrl: string,
  { secret, expiresAt }: { readonly secret: string; readonly expiresAt: Date },
): PortalLink {
  return answerOf(PortalLink, { url: `${publicUrl}/portal/${secret}`, expiresAt });
}

/** How many sessions were ended. */
export const PortalSessionsEnded = z.object({ ended: count }).meta({ id: 'PortalSessionsEnded' });
export type PortalSessionsEnded = z.infer<typeof PortalSessionsEnded>;

/** An account that a browser is signed in for. */
export const SignedInAccount = z
  .object({ account_id: platformId, account_name: nameText })
  .meta({ id: 'SignedInAccount' });
export type SignedInAccount = z.infer<typeof SignedInAccount>;

/** A session of the admin page. */
export const Session = z
  .object({
    ...SignedInAccount.shape,
    expires_at: time,
    scopes: z.array(scope),
    platform: z.object({ admin_url: z.string(), api_url: z.string() }),
  })
  .meta({ id: 'Session' });
export type Session = z.infer<typeof Session>;

/** The problem of a browser that has no session for the account it asks for. */
export const NoSession = z
  .object({
    ...ProblemDocument.shape,
    refresh_url: z
      .string()
      .nullable()
      .meta({ description: 'Where to get a new link; null where the platform names no such place.' }),
    other_sessions: z
      .array(SignedInAccount)
      .meta({ description: 'The accounts that this browser is signed in for.' }),
    portal_link_command: z
      .string()
      .optional()
      .meta({ description: 'In development alone: the command that makes a link.' }),
  })
  .meta({ id: 'NoSession' });
export type NoSession = z.infer<typeof NoSession>;

/** The problem of a link that leads a browser from one account into another: somebody has to be asked first. */
export const OtherSession = z.object({
  ...ProblemDocument.shape,
  ...SignedInAccount.shape,
  other_sessions: z.array(SignedInAccount),
});
export type OtherSession = z.infer<typeof OtherSession>;

const tag = 'Admin page';

/** The routes of the admin page. */
export const portalRoutes = {
  createPortalLink: route({
    method: 'post',
    path: '/v1/accounts/{account_id}/portal-links',
    summary: 'Make a link that opens the admin page for the account, once, within 5 minutes.',
    tag,
    access: ['keys:write'],
    body: PortalLinkInput.nullish(),
    answers: { 201: PortalLink },
  }),
  endPortalSessions: route({
    method: 'delete',
    path: '/v1/accounts/{account_id}/portal-sessions',
    summary: 'End every session of the admin page, and every unused link, of the account.',
    tag,
    access: ['keys:write'],
    answers: { 200: PortalSessionsEnded },
  }),
  getSession: route({
    method: 'get',
    path: '/v1/session',
    summary:
      'Who is signed in on the admin page: in the session for the account that is named, or in the only session there is.',
    tag,
    access: 'public',
    headers: ['Belfry-Account'],
    answers: { 200: Session, 401: { mediaType: 'application/problem+json', schema: NoSession } },
  }),
  endSession: route({
    method: 'delete',
    path: '/v1/session',
    summary: 'Sign out of the admin page for one account.',
    tag,
    access: pageScopes,
    headers: ['Belfry-Account'],
    answers: { 204: null },
  }),
};
