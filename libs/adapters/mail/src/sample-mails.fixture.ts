/** Mails about events that were accepted by the domain itself, as the pipeline would hand them over. */
import type { NotificationMail } from '@belfry/application';
import { acceptEvent, type EventCatalogue, type EventType, platformCatalogue } from '@belfry/domain';

export interface SampleOptions {
  readonly catalogue?: EventCatalogue;
  readonly accountName?: string;
  readonly environment?: string;
  readonly data?: Readonly<Record<string, string | number>>;
  readonly mail?: Partial<NotificationMail>;
}

let delivery = 0;

export function sampleMail(eventType: string, options: SampleOptions = {}): NotificationMail {
  const { catalogue = platformCatalogue, accountName = 'Acme Inc', environment = 'production' } = options;
  const type = catalogue.find(eventType) as EventType;
  const event = acceptEvent(
    {
      event_type: eventType,
      environment,
      account_id: 42,
      timestamp: '2026-11-24T12:00:00.000Z',
      data: { ...type.example, ...options.data },
    },
    { accountId: 42, accountName, primaryContact: { name: null, email: 'contact@example.com' } },
    {
      eventId: '0193a5b2-0000-7000-8000-000000000001',
      now: new Date('2026-11-24T12:00:01Z'),
      sites: { admin: 'https://admin.example.com', api: 'https://api.example.com' },
      catalogue,
    },
  );
  delivery += 1;
  return {
    deliveryId: `0193a5b2-0000-7000-8000-${String(delivery).padStart(12, '0')}`,
    eventId: event.eventId,
    accountId: 42,
    recipient: 'ops@example.com',
    recipientRole: 'subscriber',
    eventType,
    payload: event.payload,
    ...options.mail,
  };
}
