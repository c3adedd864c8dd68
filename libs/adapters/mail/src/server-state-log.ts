import type { Logger } from '@nestjs/common';

/**
 * Tells the operator when mails begin to wait for the mail server and when they go out again: once each, however many
 * mails meet the same fault.
 */
export class ServerStateLog {
  private waiting = false;

  constructor(private readonly logger: Pick<Logger, 'warn' | 'log'>) {}

  /** Mails wait, and why; the text must hold no secret. */
  mailsWait(why: string): void {
    if (!this.waiting) this.logger.warn(`Mails are waiting and will be tried again: ${why}`);
    this.waiting = true;
  }

  /** The server dealt with a mail. */
  mailsFlow(): void {
    if (this.waiting) this.logger.log('The mail server accepts mails again');
    this.waiting = false;
  }
}
