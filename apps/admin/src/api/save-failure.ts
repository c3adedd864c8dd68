import { texts } from '../texts.js';
import { RequestFailure } from './request.js';

/** Says in one sentence why something was not saved. */
export function saveFailureText(error: Error): string {
  if (!(error instanceof RequestFailure)) return texts.saving.failed(error.message);
  if (error.problem === null) return texts.connection.notSaved;
  if (error.status === 403) return texts.saving.forbidden;
  if (error.problem.errors !== undefined) return texts.saving.refused;
  return texts.saving.failed(error.problem.detail);
}
