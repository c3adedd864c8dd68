/** Two accounts in one browser: each tab works in its own, and nobody is led unasked from one into another. */
import type { Answer } from '@belfry/kit/rest-client';
import { PortalVisitor } from '@belfry/kit/portal-visitor';
import { expectProblem } from '@belfry/kit/expect-problem';
import { platformForThisFile } from './server.fixture.js';

const platform = platformForThisFile();
beforeAll(async () => {
  for (const [id, name] of [
    [52, 'Alpha'],
    [53, 'Beta'],
    [54, 'Gamma'],
  ] as const) {
    const contact = { email: 'pat@acme.example.com' };
    await platform.server.put(`/v1/accounts/${id}`, { account_name: name, primary_contact: contact });
  }
});

async function makeLink(accountId: number): Promise<string> {
  return (await platform.server.request('POST', `/v1/accounts/${accountId}/portal-links`)).body.url;
}
const openedBy = async (accountId: number, headers?: Record<string, string>) =>
  PortalVisitor.by(platform.server.url, await makeLink(accountId), headers);

/** A request of a page, in a browser that holds these cookies. */
async function fromPage(
  cookie: string,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: object,
): Promise<Answer> {
  const sent = { cookie, authorization: undefined, 'sec-fetch-site': 'same-origin', ...headers };
  return platform.server.request(method, path, body, sent);
}
const settingsOf = (id: number) => `/v1/accounts/${id}/notification-settings`;

describe('a browser with two accounts', () => {
  let cookies: string;
  beforeAll(async () => {
    const [one, other] = [await openedBy(52), await openedBy(53)];
    cookies = `${one.cookie}; ${other.cookie}`;
  });

  it('keeps both: opening the one replaces nothing of the other', async () => {
    const link = await makeLink(53);
    const opened = await fetch(link, { redirect: 'manual', headers: { cookie: cookies } });
    const kept = opened.headers.getSetCookie();
    expect(kept).toHaveLength(1);
    expect(kept[0]).toMatch(/^belfry_session_53=/);
    for (const id of [52, 53]) expect((await fromPage(cookies, 'GET', settingsOf(id))).status).toBe(200);
  });

  it('changes the account that the path names, and no other', async () => {
    const changed = { webhook_url: 'https://alpha.example.com/in' };
    expect((await fromPage(cookies, 'PATCH', settingsOf(52), {}, changed)).status).toBe(200);
    expect((await fromPage(cookies, 'GET', settingsOf(53))).body.webhook_url).toBeNull();
  });

  it('is answered for the account that it names', async () => {
    for (const id of [52, 53]) {
      const session = await fromPage(cookies, 'GET', '/v1/session', { 'belfry-account': String(id) });
      expect(session.body.account_id).toBe(id);
    }
  });

  it('must name one where the path names none: it is told which there are', async () => {
    const answer = await fromPage(cookies, 'GET', '/v1/session');
    expectProblem(answer, 401, 'unauthorized');
    expect(answer.body.other_sessions).toEqual([
      { account_id: 52, account_name: 'Alpha' },
      { account_id: 53, account_name: 'Beta' },
    ]);
    expectProblem(await fromPage(cookies, 'GET', '/v1/accounts'), 401, 'unauthorized');
    const named = await fromPage(cookies, 'GET', '/v1/accounts', { 'belfry-account': '53' });
    expect(named.body.accounts).toMatchObject([{ account_id: 53 }]);
  });

  it('is not answered by the session of another account than it names', async () => {
    const [alone] = cookies.split('; ');
    for (const path of ['/v1/session', '/v1/accounts', settingsOf(53)]) {
      expectProblem(await fromPage(alone!, 'GET', path, { 'belfry-account': '53' }), 401, 'unauthorized');
    }
    expectProblem(
      await fromPage(cookies, 'GET', settingsOf(53), { 'belfry-account': '52' }),
      403,
      'forbidden',
    );
    for (const nonsense of ['x', '', '0', '-1', '52, 53'])
      expectProblem(
        await fromPage(cookies, 'GET', '/v1/session', { 'belfry-account': nonsense }),
        400,
        'bad-request',
      );
  });

  it('sees nothing of a third account', async () => {
    expectProblem(await fromPage(cookies, 'GET', settingsOf(54)), 404, 'not-found');
  });

  it('is not answered by a session that comes under the name of another account', async () => {
    const swapped = cookies.replace('_52=', '_X=').replace('_53=', '_52=').replace('_X=', '_53=');
    for (const id of [52, 53])
      expectProblem(await fromPage(swapped, 'GET', settingsOf(id)), 401, 'unauthorized');
    expectProblem(
      await fromPage(swapped, 'GET', '/v1/session', { 'belfry-account': '52' }),
      401,
      'unauthorized',
    );
  });

  it('signs out of one and stays in the other', async () => {
    const [one, other] = [await openedBy(52), await openedBy(53)];
    const both = `${one.cookie}; ${other.cookie}`;
    const out = await fromPage(both, 'DELETE', '/v1/session', { 'belfry-account': '52' });
    expect(out.status).toBe(204);
    expect(out.headers.get('set-cookie')).toMatch(/^belfry_session_52=; Path=\/; Max-Age=0/);
    expectProblem(
      await fromPage(both, 'GET', settingsOf(52), { 'belfry-account': '52' }),
      401,
      'unauthorized',
    );
    expect((await fromPage(both, 'GET', settingsOf(53))).status).toBe(200);
  });
});

it('one cookie alone is used where no account is named', async () => {
  const { cookie } = await openedBy(53);
  expect((await fromPage(cookie, 'GET', '/v1/session')).body.account_id).toBe(53);
  expect((await fromPage(cookie, 'GET', '/v1/accounts')).body.accounts).toMatchObject([{ account_id: 53 }]);
});

it('two cookies of one name are refused, whichever comes first, and the person is told what to do', async () => {
  const [mine, tossed] = [await openedBy(52), await openedBy(52)];
  for (const cookie of [
    `${mine.cookie}; ${tossed.cookie}`,
    `${tossed.cookie}; ${mine.cookie}`,
    `belfry_session_52=x; ${mine.cookie}`,
  ]) {
    for (const path of ['/v1/session', settingsOf(52)]) {
      const refused = await fromPage(cookie, 'GET', path);
      expectProblem(refused, 401, 'doubled-session');
      expect(refused.body.detail).toContain("Delete this site's cookies");
    }
  }
});

it('a browser with very many accounts forgets those that it opened first', async () => {
  const many = Array.from({ length: 30 }, (_, place) => `belfry_session_${1000 + place}=${'0'.repeat(64)}`);
  const opened = await fetch(await makeLink(52), {
    redirect: 'manual',
    headers: { cookie: many.join('; ') },
  });
  const [kept, ...forgotten] = opened.headers.getSetCookie().map((cookie) => cookie.split(';')[0]!);
  expect(kept).toMatch(/^belfry_session_52=[0-9a-f]{64}$/);
  expect(forgotten).toEqual(Array.from({ length: 7 }, (_, place) => `belfry_session_${1000 + place}=`));
});

describe('a link', () => {
  const isUnused = async (link: string) =>
    (await fetch(link, { redirect: 'manual' })).headers.getSetCookie().length === 1;

  it.each<[string, string, Record<string, string>]>([
    ['a HEAD', 'HEAD', {}],
    ['a prefetch', 'GET', { 'sec-purpose': 'prefetch' }],
    ['a prerender', 'GET', { 'sec-purpose': 'prefetch;prerender' }],
    ['an older prefetch', 'GET', { purpose: 'prefetch' }],
    ['a preview', 'GET', { 'x-purpose': 'preview' }],
    ['a prefetch of Firefox', 'GET', { 'x-moz': 'prefetch' }],
  ])('is not used up by %s', async (_what, method, headers) => {
    const link = await makeLink(52);
    const looked = await fetch(link, { method, headers, redirect: 'manual' });
    expect(looked.headers.getSetCookie()).toEqual([]);
    // A browser throws a prefetched answer away that is no success, and asks again when it is followed.
    expect(looked.status).toBe(method === 'HEAD' ? 200 : 403);
    expect(await isUnused(link)).toBe(true);
  });

  it.each(['cross-site', 'same-site'])(
    'that is followed from a %s page is opened by the page',
    async (site) => {
      const link = await makeLink(52);
      const led = await fetch(link, { redirect: 'manual', headers: { 'sec-fetch-site': site } });
      expect([led.status, led.headers.get('location')]).toEqual([303, `/#open=${link.split('/').at(-1)}`]);
      expect(led.headers.getSetCookie()).toEqual([]);
      const { pathname } = new URL(link);
      const entered = await fromPage('', 'POST', pathname);
      expect(entered.body).toEqual({ location: '/?account=52' });
      expect(entered.headers.get('set-cookie')).toMatch(/^belfry_session_52=/);
      expectProblem(await fromPage('', 'POST', pathname), 404, 'not-found');
    },
  );

  it('is opened by the page only after asking where the browser is signed in for another account', async () => {
    const mine = await openedBy(52);
    const { pathname } = new URL(await makeLink(53));
    const asked = await fromPage(mine.cookie, 'POST', pathname);
    expectProblem(asked, 409, 'other-session');
    expect(asked.body).toMatchObject({
      account_id: 53,
      account_name: 'Beta',
      other_sessions: [{ account_id: 52, account_name: 'Alpha' }],
    });
    expect(asked.headers.getSetCookie()).toEqual([]);
    const entered = await fromPage(mine.cookie, 'POST', `${pathname}?continue=true`);
    expect(entered.body).toEqual({ location: '/?account=53' });
  });

  it('is opened without a body: of a stranger none is read', async () => {
    const link = await makeLink(52);
    for (const body of [{}, { continue: true }, '['.repeat(60_000)]) {
      const sent = { authorization: undefined, 'sec-fetch-site': 'same-origin' };
      const refused = await platform.server.request('POST', new URL(link).pathname, body, sent);
      expectProblem(refused, 413, 'body-too-large');
    }
    expect(await isUnused(link)).toBe(true);
  });

  it('is opened without asking where the other session is over, or is of the same account', async () => {
    const [over, same] = [await openedBy(52), await openedBy(53)];
    await fromPage(over.cookie, 'DELETE', '/v1/session');
    const { pathname } = new URL(await makeLink(53));
    const entered = await fromPage(`${over.cookie}; ${same.cookie}`, 'POST', pathname);
    expect(entered.status).toBe(200);
  });

  it('is not opened by another site in the name of the page', async () => {
    const link = await makeLink(52);
    for (const site of ['cross-site', 'same-site', 'none']) {
      const refused = await fromPage('', 'POST', new URL(link).pathname, { 'sec-fetch-site': site });
      expectProblem(refused, 403, 'forbidden');
    }
    expect(await isUnused(link)).toBe(true);
  });
});

describe('the session', () => {
  it('tells a customer nothing of what the operator allows', async () => {
    const { cookie } = await openedBy(52);
    const session = await fromPage(cookie, 'GET', '/v1/session');
    expect(JSON.stringify(session.body)).not.toMatch(/allowed|127\.0\.0\.0|cidr/);
  });

  it('can ask of one URL whether it would be taken', async () => {
    const { cookie } = await openedBy(52);
    const check = (webhook_url: unknown) =>
      fromPage(cookie, 'POST', '/v1/accounts/52/webhook-url-check', {}, { webhook_url });
    expect((await check('http://127.0.0.1:9/in')).body).toEqual({ problem: null });
    expect((await check('http://10.0.0.1/in')).body.problem).toMatch(/private|public/);
    expectProblem(await check(7), 400, 'validation', [{ pointer: '/webhook_url' }]);
    expect((await fromPage(cookie, 'GET', settingsOf(52))).body.webhook_url).not.toBe(
      'http://127.0.0.1:9/in',
    );
  });
});

it('a cookie whose name has other white space before it, as a sister domain can set one, is not one of ours', async () => {
  const { cookie } = await openedBy(52);
  for (const sent of [`\u00a0${cookie}`, `a=b;\u00a0${cookie}`, `a=b; \u00a0${cookie}`]) {
    expectProblem(await fromPage(sent, 'GET', settingsOf(52)), 401, 'unauthorized');
    expect((await fromPage('a=b; ' + cookie, 'GET', settingsOf(52))).status).toBe(200);
  }
});
