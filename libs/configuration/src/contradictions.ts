/**
 * Settings that are each valid but contradict each other. What is only unwise is a warning at start; what is
 * here can never work. Each problem names the variable to change, and says what to do.
 */
import type { Problem } from '@belfry/domain';
import { defaultPort } from './http.config.js';

/** The settings that are compared: those that were given, and are well-formed. */
export interface ComparedSettings {
  readonly PORT?: number | undefined;
  readonly METRICS_PORT?: number | undefined;
  readonly NODE_ENV?: string | undefined;
  readonly BOOTSTRAP_API_KEY?: string | undefined;
  readonly PUBLIC_URL?: string | undefined;
  readonly PORTAL_REFRESH_URL?: string | undefined;
  readonly WEBHOOKS_IN_FLIGHT?: number | undefined;
  readonly WEBHOOKS_IN_FLIGHT_PER_ACCOUNT?: number | undefined;
  readonly MAILS_IN_FLIGHT?: number | undefined;
  readonly MAILS_IN_FLIGHT_PER_DOMAIN?: number | undefined;
}

/** Every contradiction; empty if there is none. */
export function contradictionsIn(settings: ComparedSettings): Problem[] {
  const { PUBLIC_URL, PORTAL_REFRESH_URL } = settings;
  const problems: Problem[] = [];
  const add = (name: keyof ComparedSettings, message: string) =>
    problems.push({ pointer: `/${name}`, message });

  const { PORT = defaultPort, METRICS_PORT } = settings;
  if (METRICS_PORT !== undefined && METRICS_PORT !== 0 && METRICS_PORT === PORT) {
    add('METRICS_PORT', 'must not be the same as PORT: metrics have their own listener');
  }
  const { NODE_ENV, BOOTSTRAP_API_KEY } = settings;
  if (NODE_ENV === 'production' && BOOTSTRAP_API_KEY !== undefined && isEasyToGuess(BOOTSTRAP_API_KEY)) {
    add('BOOTSTRAP_API_KEY', `is too easy to guess for production: it ${strongKey}`);
  }
  if (exceeds(settings.WEBHOOKS_IN_FLIGHT_PER_ACCOUNT, settings.WEBHOOKS_IN_FLIGHT)) {
    add(
      'WEBHOOKS_IN_FLIGHT_PER_ACCOUNT',
      'must not be more than WEBHOOKS_IN_FLIGHT, the limit for all accounts together',
    );
  }
  if (exceeds(settings.MAILS_IN_FLIGHT_PER_DOMAIN, settings.MAILS_IN_FLIGHT)) {
    add(
      'MAILS_IN_FLIGHT_PER_DOMAIN',
      'must not be more than MAILS_IN_FLIGHT, the limit for all domains together',
    );
  }
  if (
    PUBLIC_URL !== undefined &&
    PORTAL_REFRESH_URL !== undefined &&
    isSamePage(PORTAL_REFRESH_URL, PUBLIC_URL)
  ) {
    add(
      'PORTAL_REFRESH_URL',
      'must be an address of your platform, not the admin page at PUBLIC_URL: an admin without a session would be redirected in a loop',
    );
  }
  return problems;
}

const leastLength = 16;
const leastDifferent = 8;

/** What a key of the platform must be. */
export const strongKey = `must be random, with at least ${leastLength} characters, ${leastDifferent} of them different (openssl rand -hex 32 makes one)`;

/** True for a key that holds everything and could be found by trying. */
export function isEasyToGuess(key: string): boolean {
  return key.length < leastLength || new Set(key).size < leastDifferent;
}

function exceeds(part: number | undefined, whole: number | undefined): boolean {
  return part !== undefined && whole !== undefined && part > whole;
}

/** Whatever the query: the page stands at the origin's root or, behind a proxy, under a path. */
function isSamePage(one: string, other: string): boolean {
  const [first, second] = [one, other].map((text) => new URL(text));
  const path = (url: URL) => url.pathname.replace(/(?<!\/)\/+$/, '');
  return first!.origin === second!.origin && path(first!) === path(second!);
}
