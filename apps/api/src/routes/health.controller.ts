import { Dispatcher } from '@belfry/application';
import { routes } from '@belfry/contract';
import { processConfig } from '@belfry/configuration';
import { DatabaseHealth } from '@belfry/persistence';
import { Controller, Inject, Res } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import type { FastifyReply } from 'fastify';
import { Serve } from '../http/contract-route.js';
import { KeptAnswer } from '../http/kept-answer.js';
import { ProcessState } from '../process-state.js';

/** Whether the process lives, and whether it can do its work. */
@Controller()
export class HealthController {
  private readonly databaseIsThere: KeptAnswer<boolean>;

  constructor(
    database: DatabaseHealth,
    private readonly dispatcher: Dispatcher,
    private readonly state: ProcessState,
    @Inject(processConfig.KEY) private readonly own: ConfigType<typeof processConfig>,
  ) {
    this.databaseIsThere = new KeptAnswer(() => database.check());
  }

  @Serve(routes.live)
  live() {
    return { status: 'ok' };
  }

  /**
   * 200 when the database is reachable with all migrations applied, the dispatcher runs (where it is to run) and the
   * process was not told to stop; 503 otherwise.
   */
  @Serve(routes.ready)
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const database = await this.databaseIsThere.get();
    const dispatcher =
      this.own.role === 'api' ? 'not run here' : this.dispatcher.isRunning ? 'ok' : 'stopped';
    const ready = database && dispatcher !== 'stopped' && !this.state.isStopping;
    void reply.status(ready ? 200 : 503);
    return {
      status: ready ? 'ok' : 'unavailable',
      database: database ? 'ok' : 'unavailable',
      dispatcher,
      process: this.state.isStopping ? 'stopping' : 'ok',
    };
  }
}
