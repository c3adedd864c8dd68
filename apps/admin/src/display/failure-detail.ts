import { RequestFailure } from '../api/request.js';
import { texts } from '../texts.js';

/** Why a request failed, in words that follow "Not done: ". */
export function failureDetail(error: Error): string {
  if (!(error instanceof RequestFailure)) return error.message;
  return error.problem?.detail ?? texts.connection.none;
}
