import type { IdempotencyKey, Intake, IntakeResult } from '@belfry/application';
import type { EventInput } from '@belfry/domain';
import { ROOT_CONTEXT, type Context, type Span, type Tracer } from '@opentelemetry/api';
import type { AsyncLocalStorage } from 'node:async_hooks';
import type { PublishTraces } from './publish-traces.js';
import { attributeNames, fail } from './span-attributes.js';

/** An intake with a span for each event, from its submission until it is durable, within the request that published it. */
export class TracedIntake implements Intake {
  constructor(
    private readonly intake: Intake,
    private readonly tracer: Tracer,
    private readonly requests: AsyncLocalStorage<Context | undefined>,
    private readonly publishes: PublishTraces,
  ) {}

  async submit(input: EventInput, idempotency: IdempotencyKey | null): Promise<IntakeResult> {
    const attributes = {
      [attributeNames.accountId]: input.account_id,
      [attributeNames.eventType]: input.event_type,
    };
    const span = this.tracer.startSpan(
      'publish event',
      { attributes },
      this.requests.getStore() ?? ROOT_CONTEXT,
    );
    try {
      // Out of the request: the batch that this event may begin is shared by all who publish at the same time.
      const result = await this.requests.run(undefined, () => this.intake.submit(input, idempotency));
      this.note(span, result);
      return result;
    } catch (error) {
      fail(span, error);
      throw error;
    } finally {
      span.end();
    }
  }

  private note(span: Span, result: IntakeResult): void {
    span.setAttribute(attributeNames.outcome, result.status);
    if (result.status !== 'accepted') return;
    span.setAttribute(attributeNames.eventId, result.eventId);
    span.setAttribute(attributeNames.deliveries, result.deliveries);
    const commit = this.publishes.published(result.eventId, span.spanContext());
    if (commit !== null) span.addLink({ context: commit });
  }
}
