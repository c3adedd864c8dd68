import type { FastifyInstance } from 'fastify';
import type { Access } from './authentication.js';
import { problemDocument } from '@belfry/contract';
import { ProblemException } from './problem.js';

/** One route, as it was registered. */
export interface KnownRoute {
  readonly method: string;
  /** With the names of its parameters after colons. */
  readonly url: string;
  /** Who may call it. */
  readonly access: Access;
}

/** Knows every route: who may call it, and which methods a path takes, so that a wrong one is told from a wrong path. */
export class RouteTable {
  private readonly known: KnownRoute[] = [];
  private readonly patterns: { readonly pattern: RegExp; readonly method: string }[] = [];

  /** Notes every route that is registered on the server from now on. One that does not say who may call it keeps the server from starting. */
  constructor(
    server: FastifyInstance,
    private readonly publicPath: string,
  ) {
    // Read when all are there: a plugin adds its rule after this hook has run.
    const registered: { method: string | string[]; url: string; config?: { access?: Access } }[] = [];
    server.addHook('onRoute', (route) => {
      registered.push(route);
    });
    server.addHook('onReady', (done) => {
      for (const route of registered) this.note(route);
      done();
    });
  }

  /** Every route with each of its methods. */
  get all(): readonly KnownRoute[] {
    return this.known;
  }

  /** The answer where no route takes the request: 405 where the path takes other methods, 404 where it takes none. */
  nothingAt(requestUrl: string): ProblemException {
    const methods = this.methodsOf(requestUrl);
    if (methods.length === 0) return new ProblemException(problemDocument('not-found', this.nothingHere));
    const allowed = methods.join(', ');
    const document = problemDocument('method-not-allowed', `This address accepts only ${allowed}.`);
    return new ProblemException(document, { Allow: allowed });
  }

  private get nothingHere(): string {
    if (this.has('/docs')) return `There is nothing at this address: see ${this.publicPath}/docs.`;
    const answered = this.has('/metrics') ? '/health and /metrics' : '/health';
    return `This process is a worker and serves only ${answered}. Send the request to a process with ROLE=api or all.`;
  }

  private has(path: string): boolean {
    return this.known.some(({ url }) => url === path);
  }

  private methodsOf(requestUrl: string): string[] {
    const [path = ''] = requestUrl.split('?', 1);
    const matching = this.patterns.filter(({ pattern }) => pattern.test(path));
    return [...new Set(matching.map(({ method }) => method))].sort();
  }

  private note({
    method: methods,
    url,
    config,
  }: {
    method: string | string[];
    url: string;
    config?: { access?: Access };
  }) {
    const { access } = config ?? {};
    if (access === undefined) throw new Error(`the route ${url} does not say who may call it`);
    for (const method of [methods].flat()) {
      this.known.push({ method, url, access });
      // A pattern with a wildcard says nothing of a single file.
      if (!url.includes('*')) this.patterns.push({ pattern: patternOf(url), method });
    }
  }
}

function patternOf(url: string): RegExp {
  return new RegExp(`^${url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+')}$`);
}
