/** Whether a delivery may have arrived already: what a person must know before sending it again. */
import type { Delivery } from '@belfry/contract';
import type { FailureReason } from '@belfry/domain';

/** `yes`: it arrived. `no`: it did not. `perhaps`: there is no way to tell. */
export type Receipt = 'yes' | 'no' | 'perhaps';

/** By the reason for the failure. An endpoint that responded has read the request, whatever its response. */
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

/** Tells whether this delivery may have arrived. */
export function receiptOf({ status, reason }: Pick<Delivery, 'status' | 'reason'>): Receipt {
  if (status === 'succeeded') return 'yes';
  if (status === 'failed' && reason !== null) return byReason[reason];
  return 'perhaps';
}
