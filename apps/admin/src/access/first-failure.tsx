/** Shown when the page could not start: what happened, in plain words, and a way to try again. */
import { Button } from '@mantine/core';
import { RequestFailure } from '../api/request.js';
import { Alone } from '../display/alone.js';
import { texts } from '../texts.js';

export function FirstFailure({
  error,
  isTrying,
  onRetry,
}: {
  error: Error;
  /** True while the page asks again automatically. */
  isTrying: boolean;
  onRetry: () => void;
}) {
  const { title, text } = whatHappened(error);
  return (
    <Alone title={title} text={text} isFault>
      {isTrying ? <p>{texts.firstFailure.again}</p> : null}
      <Button onClick={onRetry}>{texts.connection.retry}</Button>
    </Alone>
  );
}

function whatHappened(error: Error): { readonly title: string; readonly text: string } {
  const { firstFailure: words } = texts;
  if (!(error instanceof RequestFailure)) return { title: words.fault.title, text: error.message };
  const { status, problem } = error;
  if (problem === null) return words.noConnection;
  if (error.isForeign && status < 400) return words.somethingElse;
  if (error.isForeign) return { title: words.between.title, text: words.between.text(status) };
  if (status === 503) return { title: words.away.title, text: problem.detail };
  if (status === 429) return { title: words.tooMany.title, text: problem.detail };
  return { title: words.fault.title, text: problem.detail };
}
