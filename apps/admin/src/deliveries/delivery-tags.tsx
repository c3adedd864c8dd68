import type { Delivery } from '../api/wire.js';
import { texts } from '../texts.js';

/** The environment of the samples that a development set-up begins with; nothing of them was ever sent. */
const sampleEnvironment = 'sample';

/** What sets a delivery apart from an ordinary one. */
export function DeliveryTags({ delivery }: { delivery: Delivery }) {
  const { deliveries: words } = texts;
  return (
    <>
      {delivery.environment === sampleEnvironment ? (
        <span className="tag" title={words.sampleHint}>
          {words.sampleBadge}
        </span>
      ) : null}
      {delivery.test ? <span className="tag">{words.testBadge}</span> : null}
      {delivery.redelivery_of === null ? null : <span className="tag">{words.redeliveryBadge}</span>}
    </>
  );
}
