/** Whether the other side may have got a delivery already: what a person must know before asking for another one. */
import type { FailureReason } from '@belfry/domain';
import type { Delivery } from '../api/wire.js';

/** `yes`: it has it. `no`: nothing of it was sent. `perhaps`: nobody can say. */
export type Receipt = 'yes' | 'no' | 'perhaps';

/** By the reason of the failure. An endpoint that answered has read the request, whatever it answered. */
const byReason: Readonly<Record<FailureReason, Receipt>> = {
  http_status: 'yes',
  response_too_large: 'yes',
  timeout: 'perhaps',
  connection: 'perhaps',
  tls: 'no',
  dns: 'no',
  blocked_address: 'no',
  turned_off: 'no',
  rejected: 'no',
  temporary: 'no',
  expired: 'perhaps',
};

/** Says whether the other side may have got this delivery. */
export function receiptOf({ status, reason }: Pick<Delivery, 'status' | 'reason'>): Receipt {
  if (status === 'succeeded') return 'yes';
  if (status === 'failed' && reason !== null) return byReason[reason];
  return 'perhaps';
}
