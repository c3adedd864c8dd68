import { Injectable } from '@nestjs/common';

/** Whether this process has been told to stop: it answers on while it drains, and asks for no new traffic. */
@Injectable()
export class ProcessState {
  private stopping = false;

  get isStopping(): boolean {
    return this.stopping;
  }

  /** From here on the process is not ready any more. */
  beginToStop(): void {
    this.stopping = true;
  }
}
