import { Dispatcher } from '@belfry/application';
import { CONFIGURATION, type Configuration } from '@belfry/nest';
import { DatabaseHealth } from '@belfry/persistence';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public } from '../http/authentication.js';
import { KeptAnswer } from '../http/kept-answer.js';
import { ProcessState } from '../process-state.js';

/** Whether the process lives, and whether it can do its work. */
@Controller('health')
@Public()
export class HealthController {
  private readonly databaseIsThere: KeptAnswer<boolean>;

  constructor(
    database: DatabaseHealth,
    private readonly dispatcher: Dispatcher,
    private readonly state: ProcessState,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {
    this.databaseIsThere = new KeptAnswer(() => database.check());
  }

  @Get('live')
  live() {
    return { status: 'ok' };
  }

  /**
   * 200 when the database is reachable with all migrations applied, the dispatcher runs (where it is to run) and the
   * process was not told to stop; 503 otherwise.
   */
  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const database = await this.databaseIsThere.get();
    const dispatcher =
      this.configuration.role === 'api' ? 'not run here' : this.dispatcher.isRunning ? 'ok' : 'stopped';
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
