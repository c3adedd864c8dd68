import { EventCatalogue, scopes } from '@belfry/domain';
import { Controller, Get, Inject } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { platformConfig } from '@belfry/configuration';
import { eventTypeOnTheWire } from '@belfry/nest';
import { RequireScope } from '../http/authentication.js';

/** The event types: what can be published, and what receivers will get. */
@Controller('v1/event-types')
export class EventTypesController {
  constructor(
    private readonly catalogue: EventCatalogue,
    @Inject(platformConfig.KEY) private readonly platform: ConfigType<typeof platformConfig>,
  ) {}

  @Get()
  @RequireScope(...scopes)
  list() {
    return {
      event_types: this.catalogue.entries.map((type) =>
        eventTypeOnTheWire(type, this.catalogue, this.platform.sites),
      ),
    };
  }
}
