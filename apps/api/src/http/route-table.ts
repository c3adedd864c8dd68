import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problemDocument } from './problem.js';
import { sendProblem } from './problem.filter.js';

/** Knows which methods a path takes, so that a wrong one is told from a wrong path. */
export class RouteTable {
  private readonly routes: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = [];

  /** Notes every route that is registered on the server from now on. */
  constructor(server: FastifyInstance) {
    server.addHook('onRoute', ({ url, method }) => {
      if (url.includes('*')) return;
      const pattern = new RegExp(`^${url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+')}/?$`);
      this.routes.push({ pattern, methods: [method].flat() });
    });
  }

  /** Answers a request that no route takes: 405 where the path takes other methods, 404 where it takes none. */
  answerUnknown(request: FastifyRequest, reply: FastifyReply): void {
    const methods = this.methodsOf(request.url.split('?', 1)[0]!);
    if (methods.length === 0) {
      sendProblem(reply, problemDocument('not-found', 'There is nothing at this address: see /docs.'));
      return;
    }
    const allowed = methods.join(', ');
    sendProblem(reply, problemDocument('method-not-allowed', `This address takes ${allowed}.`), { Allow: allowed });
  }

  private methodsOf(path: string): string[] {
    const matching = this.routes.filter(({ pattern }) => pattern.test(path));
    return [...new Set(matching.flatMap(({ methods }) => methods))].sort();
  }
}
