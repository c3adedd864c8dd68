import { routes } from '@belfry/contract';
import { Controller, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Serve } from '../http/contract-route.js';
import { MetricsText } from '../metrics-text.js';

/** What the process measures, where it has no listener of its own for that. Keep it from the outside: it tells how busy you are. */
@Controller()
export class MetricsController {
  constructor(private readonly metrics: MetricsText) {}

  @Serve(routes.metrics)
  async read(@Res() reply: FastifyReply): Promise<void> {
    await reply.type(this.metrics.contentType).send(await this.metrics.read());
  }
}
