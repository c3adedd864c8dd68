import { Button, Group, Modal, NativeSelect, Stack } from '@mantine/core';
import { useState } from 'react';
import { useSession } from '../access/current-session.js';
import { Notice } from '../display/notice.js';
import { texts } from '../texts.js';
import type { Filters } from './filters.js';
import { momentText, periodText } from './period-text.js';
import { countSince, piecesSince, type Redeliverable } from './redeliverable.js';
import { RedeliveryProgress } from './redelivery-progress.js';
import { useRedeliveryRun, type RedeliveryRun } from './use-redelivery-run.js';

/** Asks once about everything that matches the filters since a time, then queues it and reports the result. */
export function RedeliverMatching({
  filters,
  redeliverable,
  onClose,
}: {
  filters: Filters;
  redeliverable: Redeliverable;
  onClose: () => void;
}) {
  const { redeliverMatching: words } = texts;
  // The page behind it keeps changing; what was asked about must not.
  const [asked] = useState({ ...redeliverable, filters, until: new Date() });
  const [since, setSince] = useState(asked.starts[0]!);
  const { run, begin, stop, resume } = useRedeliveryRun(asked.filters, asked.status);
  const isRunning = run?.state === 'running';
  return (
    <Modal
      opened
      onClose={onClose}
      closeOnClickOutside={!isRunning}
      closeOnEscape={!isRunning}
      withCloseButton={!isRunning}
      title={words.title[asked.status]}
    >
      {run === null ? (
        <Question asked={asked} since={since} onSince={setSince} />
      ) : (
        <RedeliveryProgress share={(run.all - run.pieces.length) / run.all} text={words.progress(run.queued)}>
          <Outcome run={run} />
        </RedeliveryProgress>
      )}
      <Group justify="flex-end" mt={20}>
        {run === null ? (
          <>
            <Button variant="default" onClick={onClose}>
              {texts.actions.cancel}
            </Button>
            <Button onClick={() => void begin(piecesSince(asked.bars, since, asked.until))}>
              {words.confirm[asked.status]}
            </Button>
          </>
        ) : run.state === 'running' ? (
          <Button variant="default" onClick={stop}>
            {texts.redeliverMany.stop}
          </Button>
        ) : (
          <>
            {run.state === 'done' ? null : (
              <Button variant="default" onClick={() => void resume()}>
                {words.resume}
              </Button>
            )}
            <Button onClick={onClose}>{texts.redeliverMany.done}</Button>
          </>
        )}
      </Group>
    </Modal>
  );
}

/** What will be redelivered, roughly how many, and whether they may have arrived already. */
function Question({
  asked,
  since,
  onSince,
}: {
  asked: Redeliverable & { readonly filters: Filters };
  since: Date;
  onSince: (since: Date) => void;
}) {
  const { rules } = useSession();
  const { redeliverMatching: words, deliveries } = texts;
  const { status, bars, starts, filters } = asked;
  const type = filters.eventType === null ? undefined : rules.catalogue.find(filters.eventType);
  return (
    <Stack gap={14}>
      <dl className="pairs">
        <dt>{deliveries.channel}</dt>
        <dd>{filters.channel === null ? deliveries.any.channel : texts.channels[filters.channel]}</dd>
        <dt>{deliveries.eventType}</dt>
        <dd>{type?.name ?? deliveries.any.eventType}</dd>
        <dt>{filters.period === null ? words.since : deliveries.time}</dt>
        <dd>
          {filters.period === null ? (
            <NativeSelect
              aria-label={words.since}
              value={since.toISOString()}
              data={starts.map((time) => ({ value: time.toISOString(), label: momentText(time) }))}
              onChange={({ currentTarget }) => onSince(new Date(currentTarget.value))}
            />
          ) : (
            periodText(filters.period)
          )}
        </dd>
      </dl>
      <p aria-live="polite">
        {words.count[status](countSince(bars, since))} <span className="quiet">{words.leftOut}</span>
      </p>
      <Notice kind="warning">{words.receipt[status]}</Notice>
      <p>{words.target}</p>
    </Stack>
  );
}

function Outcome({ run }: { run: RedeliveryRun }) {
  const { redeliverMatching: words } = texts;
  if (run.state === 'running') return null;
  if (run.state === 'failed') {
    return (
      <Notice kind="danger">
        <p>{texts.redeliver.failed(run.failure ?? '')}</p>
        <p>{words.kept}</p>
      </Notice>
    );
  }
  if (run.state === 'stopped') return <Notice kind="warning">{words.kept}</Notice>;
  return (
    <>
      {run.queued === 0 ? (
        <Notice kind="info">{words.nothing}</Notice>
      ) : (
        <Notice kind="success">{words.done(run.queued)}</Notice>
      )}
      {run.passedOver === 0 ? null : <Notice kind="info">{words.passedOver(run.passedOver)}</Notice>}
    </>
  );
}
