export type * from './payloads.js';
export {
  createReceiver,
  type HeadersOfRequest,
  type Receiver,
  type ReceiverOptions,
  type TokenParameter,
} from './receiver.js';
export { VerificationError, type VerificationErrorCode } from './verification-error.js';
