import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public } from '../http/authentication.js';
import { MetricsText } from '../metrics-text.js';

/** What the process measures, where it has no listener of its own for that. Keep it from the outside: it tells how busy you are. */
@Controller('metrics')
@Public()
export class MetricsController {
  constructor(private readonly metrics: MetricsText) {}

  @Get()
  async read(@Res() reply: FastifyReply): Promise<void> {
    await reply.type(this.metrics.contentType).send(await this.metrics.read());
  }
}
