import type { DeliveryDetail } from '@belfry/contract';
import { durationText } from '../display/duration.js';
import { ExactMoment } from '../display/moment.js';
import { texts } from '../texts.js';
import { outcomeOf } from './outcomes.js';

/** The states a delivery went through, including each attempt; if there are several attempts, one is chosen to be shown. */
export function Timeline({
  delivery,
  shown,
  onShow,
}: {
  delivery: DeliveryDetail;
  shown: number;
  onShow: (index: number) => void;
}) {
  const { delivery: words } = texts;
  const { attempts, status, finished_at: finishedAt } = delivery;
  return (
    <section>
      <h3>{words.timeline}</h3>
      <ol>
        <li className="step" data-outcome="under_way">
          <span>{delivery.redelivery_of === null ? words.created : words.redeliveryCreated}</span>
          <ExactMoment at={delivery.created_at} />
        </li>
        {attempts.map((attempt, index) => (
          <li key={attempt.attempt_id} className="step" data-outcome={attempt.outcome}>
            <span>
              {attempts.length > 1 ? (
                <button
                  type="button"
                  className="link"
                  aria-pressed={index === shown}
                  onClick={() => onShow(index)}
                >
                  {words.attempt(index + 1)}
                </button>
              ) : (
                words.attempt(index + 1)
              )}
              <span className="quiet">
                {' '}
                · {texts.outcomes[attempt.outcome]}
                {attempt.reason === null ? '' : ` · ${texts.reasons[attempt.reason]}`} ·{' '}
                {durationText(attempt.duration_ms)}
              </span>
            </span>
            <ExactMoment at={attempt.started_at} />
          </li>
        ))}
        {status === 'queued' || status === 'sending' ? (
          <li className="step" data-outcome="under_way">
            <span>{status === 'queued' ? words.waiting : words.sendingNow}</span>
          </li>
        ) : (
          <li className="step" data-outcome={outcomeOf(status)}>
            <span>{words.finished[status]}</span>
            {finishedAt === null ? null : <ExactMoment at={finishedAt} />}
          </li>
        )}
      </ol>
    </section>
  );
}
