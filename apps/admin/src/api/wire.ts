/** What the API answers, field by field as the REST contract has it. */
import type { Channel, DeliveryStatus, FailureReason, Problem } from '@belfry/domain';

export interface Session {
  readonly account_id: number;
  readonly account_name: string;
  readonly expires_at: string;
  readonly scopes: readonly string[];
  readonly platform: { readonly admin_url: string; readonly api_url: string };
}

/** Says whether an answer is a session, and not what something else gave in the API's place. */
export function isSession(answer: unknown): answer is Session {
  const { account_id: id, scopes, platform } = (answer ?? {}) as Partial<Session>;
  return typeof id === 'number' && Array.isArray(scopes) && typeof platform?.admin_url === 'string';
}

/** An account that this browser is signed in for. */
export interface SignedInAccount {
  readonly account_id: number;
  readonly account_name: string;
}

export interface AccountAnswer {
  readonly account_id: number;
  readonly account_name: string;
  readonly primary_contact: { readonly name: string | null; readonly email: string };
  readonly updated_at: string;
}

export interface EventSettingsAnswer {
  readonly send_webhook: boolean;
  readonly email_subscribers: readonly string[];
}

export interface SettingsAnswer {
  readonly account_id: number;
  readonly webhook_url: string | null;
  readonly events: Readonly<Record<string, EventSettingsAnswer>>;
  readonly updated_at: string;
}

export interface Delivery {
  readonly delivery_id: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly environment: string;
  readonly channel: Channel;
  readonly destination: string;
  readonly status: DeliveryStatus;
  readonly reason: FailureReason | null;
  readonly redelivery_of: string | null;
  readonly test: boolean;
  readonly created_at: string;
  readonly finished_at: string | null;
}

export interface Attempt {
  readonly attempt_id: string;
  readonly started_at: string;
  readonly duration_ms: number;
  readonly outcome: 'succeeded' | 'failed';
  readonly reason: FailureReason | null;
  readonly request: { readonly headers: Readonly<Record<string, string>>; readonly body: string };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  } | null;
  /** What happened, where neither the reason nor a response says it. */
  readonly detail: string | null;
}

export interface DeliveryDetail extends Delivery {
  readonly attempts: readonly Attempt[];
}

export interface DeliveryPage {
  readonly deliveries: readonly Delivery[];
  readonly next_cursor: string | null;
}

export interface HourCount {
  readonly hour: string;
  readonly channel: Channel;
  readonly event_type: string;
  readonly status: DeliveryStatus;
  readonly count: number;
}

export interface StatsAnswer {
  readonly from: string;
  readonly to: string;
  readonly hours: readonly HourCount[];
}

export interface EventAnswer {
  readonly event_id: string;
  readonly payload: unknown;
}

export interface MailAnswer {
  readonly subject: string;
  readonly text: string;
}

/** RFC 9457. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly Problem[];
  readonly refresh_url?: string | null;
  readonly other_sessions?: readonly SignedInAccount[];
  readonly portal_link_command?: string;
  /** Of a link that waits for an answer: the account it is for. */
  readonly account_id?: number;
  readonly account_name?: string;
}
