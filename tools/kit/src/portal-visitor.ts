/** An admin who opened a portal link, as outside checkers do it: the link's Set-Cookie is followed, nothing else. */
export class PortalVisitor {
  /** Where the link led to. */
  readonly location: string;
  /** What the browser keeps: name and value; empty where the link opened nothing. */
  readonly cookie: string;
  readonly #url: string;

  private constructor(url: string, location: string, cookie: string) {
    this.#url = url;
    this.location = location;
    this.cookie = cookie;
  }

  /** Opens a link. */
  static async by(url: string, link: string, headers: Record<string, string> = {}): Promise<PortalVisitor> {
    const answer = await fetch(link, { redirect: 'manual', headers });
    const kept = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0]!);
    return new PortalVisitor(url, answer.headers.get('location') ?? '', kept.join('; '));
  }

  /** The same admin in front of another process. */
  at(url: string): PortalVisitor {
    return new PortalVisitor(url, this.location, this.cookie);
  }

  /** A request of the page. */
  request(
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = { 'sec-fetch-site': 'same-origin' },
  ): Promise<Response> {
    return fetch(`${this.#url}${path}`, {
      method,
      headers: {
        cookie: this.cookie,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'manual',
    });
  }
}
