import { routes } from '@belfry/contract';
import { Controller, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Serve } from '../http/contract-route.js';
import { MetricsText } from '../metrics-text.js';

/** What the process measures, unless metrics have their own listener. Keep it private: it tells how busy you are. */
@Controller()
export class MetricsController {
  constructor(private readonly metrics: MetricsText) {}

  @Serve(routes.metrics)
  async read(@Res() reply: FastifyReply): Promise<void> {
    await reply.type(this.metrics.contentType).send(await this.metrics.read());
  }
}
