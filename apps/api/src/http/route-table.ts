import type { FastifyInstance } from 'fastify';

/** Knows which methods a path takes, so that a wrong one is told from a wrong path. */
export class RouteTable {
  private readonly routes: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = [];

  /** Notes every route that is registered on the server from now on. */
  constructor(server: FastifyInstance) {
    server.addHook('onRoute', ({ url, method }) => {
      if (url.includes('*')) return;
      const pattern = new RegExp(
        `^${url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+')}/?$`,
      );
      this.routes.push({ pattern, methods: [method].flat() });
    });
  }

  /** The methods that the path of this URL takes; none where there is no such path. */
  methodsOf(url: string): string[] {
    const [path = ''] = url.split('?', 1);
    const matching = this.routes.filter(({ pattern }) => pattern.test(path));
    return [...new Set(matching.flatMap(({ methods }) => methods))].sort();
  }
}
