import { platformConfig } from '@belfry/configuration';
import { eventTypeAnswer, routes } from '@belfry/contract';
import { EventCatalogue } from '@belfry/domain';
import { Controller, Inject } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { Serve } from '../http/contract-route.js';

/** The event types: what can be published, and what receivers will get. */
@Controller()
export class EventTypesController {
  constructor(
    private readonly catalogue: EventCatalogue,
    @Inject(platformConfig.KEY) private readonly platform: ConfigType<typeof platformConfig>,
  ) {}

  @Serve(routes.listEventTypes)
  list() {
    const { sites } = this.platform;
    return {
      event_types: this.catalogue.entries.map((type) => eventTypeAnswer(type, this.catalogue, sites)),
    };
  }
}
