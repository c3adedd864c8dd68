import type { Channel } from '@belfry/domain';

/**
 * Tells the workers of other processes that something was queued, so that they need not wait for their next look. A hint
 * and no more: one that is lost costs a worker the rest of its second.
 */
export abstract class QueueSignal {
  /** Says that something was queued for this channel. Many at once may be said as one. */
  abstract announce(channel: Channel): void;
  /** Calls `heard` whenever another process, or this one, says that something was queued. */
  abstract listen(heard: (channel: Channel) => void): void;
}
