import { ActivityLog } from '@belfry/application';

/** Tells several logs of everything. */
export class ActivityLogs extends ActivityLog {
  constructor(private readonly logs: readonly ActivityLog[]) {
    super();
  }

  override accepted(...args: Parameters<ActivityLog['accepted']>): void {
    for (const log of this.logs) log.accepted(...args);
  }

  override claimed(...args: Parameters<ActivityLog['claimed']>): void {
    for (const log of this.logs) log.claimed(...args);
  }

  override recorded(...args: Parameters<ActivityLog['recorded']>): void {
    for (const log of this.logs) log.recorded(...args);
  }

  override recordedBatch(...args: Parameters<ActivityLog['recordedBatch']>): void {
    for (const log of this.logs) log.recordedBatch(...args);
  }

  override dropped(...args: Parameters<ActivityLog['dropped']>): void {
    for (const log of this.logs) log.dropped(...args);
  }

  override swept(...args: Parameters<ActivityLog['swept']>): void {
    for (const log of this.logs) log.swept(...args);
  }

  override turnedOff(...args: Parameters<ActivityLog['turnedOff']>): void {
    for (const log of this.logs) log.turnedOff(...args);
  }

  override retired(...args: Parameters<ActivityLog['retired']>): void {
    for (const log of this.logs) log.retired(...args);
  }

  override failed(...args: Parameters<ActivityLog['failed']>): void {
    for (const log of this.logs) log.failed(...args);
  }
}
