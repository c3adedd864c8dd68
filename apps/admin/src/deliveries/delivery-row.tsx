import type { Delivery } from '@belfry/contract';
import { isFinished } from '@belfry/domain';
import { memo } from 'react';
import { useSession } from '../access/current-session.js';
import { Icon } from '../display/icon.js';
import { RowMoment } from '../display/moment.js';
import { StatusBadge } from '../display/status-badge.js';
import { addressWith, pathOfTab } from '../shell/address.js';
import { Link } from '../shell/link.js';
import { texts } from '../texts.js';
import { DeliveryTags } from './delivery-tags.js';

/**
 * One delivery of the list. The whole row opens it, through the link on its event type. Rows come and go by the dozen in
 * every frame of a fast scroll: they are made of plain elements, and a row is drawn again only if it has changed.
 */
export const DeliveryRow = memo(function DeliveryRow({
  delivery,
  index,
  offset,
  isSelected,
  onToggle,
}: {
  delivery: Delivery;
  index: number;
  /** From the top of the list, in pixels. */
  offset: number;
  isSelected: boolean;
  onToggle: ((deliveryId: string) => void) | null;
}) {
  const { rules } = useSession();
  const { deliveries: words } = texts;
  const name = rules.catalogue.find(delivery.event_type)?.name ?? delivery.event_type;
  return (
    <div
      className="row"
      role="row"
      aria-rowindex={index + 2}
      data-selected={isSelected || undefined}
      style={{ transform: `translateY(${offset}px)` }}
    >
      <span role="cell" className="cell-select">
        {onToggle === null ? null : (
          <input
            type="checkbox"
            className="tick"
            aria-label={words.selectOne(name, delivery.destination)}
            checked={isSelected}
            disabled={!isFinished(delivery.status)}
            onChange={() => onToggle(delivery.delivery_id)}
          />
        )}
      </span>
      <span role="cell" className="cell-status">
        <StatusBadge status={delivery.status} />
      </span>
      <span role="cell" className="cell-event">
        <Link className="row-link cut" href={addressOf(delivery.delivery_id)}>
          {name}
        </Link>
        <DeliveryTags delivery={delivery} />
        {delivery.reason === null ? null : (
          <span className="row-reason">{texts.reasons[delivery.reason]}</span>
        )}
      </span>
      <span role="cell" className="cell-destination cut" title={delivery.destination}>
        <Icon name={delivery.channel} size={15} className="channel" />
        <span className="visually-hidden">{texts.channels[delivery.channel]}: </span>
        {delivery.destination}
      </span>
      <span role="cell" className="cell-environment cut">
        {delivery.environment}
      </span>
      <span role="cell" className="cell-time">
        <RowMoment at={delivery.created_at} />
      </span>
    </div>
  );
});

/** This view with the delivery opened in it. */
function addressOf(deliveryId: string): string {
  const search = new URLSearchParams(window.location.search);
  search.set('delivery', deliveryId);
  return addressWith(pathOfTab(), search);
}
