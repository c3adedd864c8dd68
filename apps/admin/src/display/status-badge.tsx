import type { DeliveryStatus } from '@belfry/domain';
import { outcomeOf, type Outcome } from '../deliveries/outcomes.js';
import { texts } from '../texts.js';
import { Icon } from './icon.js';

const icons = {
  succeeded: 'check',
  failed: 'cross',
  interrupted: 'exclamation',
  under_way: 'clock',
} as const satisfies Record<Outcome, string>;

/** A delivery's status, by colour, sign and word. Plain elements: rows of the list come and go by the dozen. */
export function StatusBadge({ status }: { status: DeliveryStatus }) {
  const outcome = outcomeOf(status);
  return (
    <span className="tag status" data-outcome={outcome}>
      <Icon name={icons[outcome]} size={12} weight={outcome === 'under_way' ? 1.9 : 2.5} />
      {texts.statuses[status]}
    </span>
  );
}
