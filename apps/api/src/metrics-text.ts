import { Telemetry } from '@belfry/telemetry';
import { Injectable } from '@nestjs/common';
import { KeptAnswer } from './http/kept-answer.js';

/** What the process measures, in Prometheus' text format. To read it takes a query of the queue: it is read once a second. */
@Injectable()
export class MetricsText {
  readonly contentType: string;
  private readonly text: KeptAnswer<string>;

  constructor({ metrics }: Telemetry) {
    this.contentType = metrics.registry.contentType;
    this.text = new KeptAnswer(() => metrics.read());
  }

  /** At most a second old. */
  read(): Promise<string> {
    return this.text.get();
  }
}
