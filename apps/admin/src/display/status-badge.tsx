import type { DeliveryStatus } from '@belfry/domain';
import { outcomeOf } from '../deliveries/outcomes.js';
import { texts } from '../texts.js';

/** A delivery's status, by colour, sign and word. */
export function StatusBadge({ status }: { status: DeliveryStatus }) {
  return (
    <span className={`status status-${outcomeOf(status)}`}>
      <span className="status-sign" aria-hidden="true" />
      {texts.statuses[status]}
    </span>
  );
}
