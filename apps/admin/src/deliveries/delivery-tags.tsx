import type { Delivery } from '@belfry/contract';
import { texts } from '../texts.js';

/** The environment of the samples in a development setup; none of them was ever sent. */
const sampleEnvironment = 'sample';

/** Marks what is special about a delivery. */
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
